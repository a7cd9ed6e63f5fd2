// Asks how far the library is; when another server answers at this address, the chat is there.
(() => {
  const EVERY_MS = 700, LOST_AFTER = 25;
  const bar = document.querySelector('progress'), said = document.getElementById('said');
  let missed = 0;
  const ask = async () => {
    try {
      const reply = await fetch('/opening', { cache: 'no-store' });
      const built = await reply.json();
      if (!('share' in built)) { location.reload(); return; }
      missed = 0;
      bar.value = built.share;
      if (said.textContent !== built.said) said.textContent = built.said;
    } catch {
      missed += 1;
      if (missed === LOST_AFTER) said.textContent = said.dataset.lost;
    }
    setTimeout(ask, EVERY_MS);
  };
  setTimeout(ask, EVERY_MS);
})();
