// ---- tip -----------------------------------------------------------------------------------

const tip = document.createElement('div');
tip.className = 'ca-tip';
tip.id = 'ca-tip';
tip.role = 'tooltip';
tip.hidden = true;
$('#ca-main').append(tip);  // inside a landmark
let tipTimer = 0;
let tipped = null;

function planTip(event) {
  const mark = event.target.closest?.('#ca-transcript .ca-mk');
  if (!mark || mark === tipped) return;
  hideTip();
  if (event.type === 'mouseover' && matchMedia('(hover: none)').matches) return;
  tipTimer = setTimeout(() => showTip(mark), 150);
}

function showTip(mark) {
  const quote = $(`[data-quote="${mark.dataset.turn}-${mark.dataset.n}"]`);
  if (!quote || !mark.isConnected) return;
  const [words, where] = [document.createElement('q'), document.createElement('b')];
  words.textContent = quote.textContent;
  where.textContent = quote.dataset.where;
  tip.replaceChildren(words, where);
  tip.hidden = false;
  const at = mark.getBoundingClientRect();
  const below = at.bottom + 8;
  tip.style.left = `${Math.max(12, Math.min(at.left - 20, innerWidth - tip.offsetWidth - 12))}px`;
  tip.style.top = `${below + tip.offsetHeight < innerHeight - 8 ? below : at.top - tip.offsetHeight - 8}px`;
  mark.setAttribute('aria-describedby', tip.id);
  tipped = mark;
}

function hideTip() {
  clearTimeout(tipTimer);
  tip.hidden = true;
  tipped?.removeAttribute('aria-describedby');
  tipped = null;
}

for (const kind of ['mouseover', 'focusin']) document.addEventListener(kind, planTip);
document.addEventListener('mouseout', (event) => { if (event.target.closest?.('.ca-mk')) hideTip(); });
document.addEventListener('focusout', hideTip);
// A mark that gets the focus is scrolled to: its quote goes with it.
document.addEventListener('scroll', (event) => {
  if (!event.target.contains(column())) return;
  const focused = document.activeElement?.closest('#ca-transcript .ca-mk');
  if (!focused) hideTip();
  else if (focused === tipped) showTip(focused);
}, { capture: true, passive: true });
