// Runs before the page is drawn: what is drawn first is an English first screen, so where something else is to be
// shown, nothing is until the server has said it (chat.css shows it after some seconds in any case).
(() => {
  const chosen = (document.cookie.match(/(?:^|; )ca-language=([a-z]{2})/) || [])[1];
  const spoken = chosen || (navigator.languages || [navigator.language]).map((tag) => tag.slice(0, 2))
    .find((code) => ['en', 'de', 'fr', 'es', 'it', 'pl'].includes(code)) || 'en';
  if (spoken !== 'en' || /[?&](c|answer)=/.test(location.search)) document.documentElement.classList.add('ca-arriving');
  document.documentElement.lang = spoken;
})();
