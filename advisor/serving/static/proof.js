// ---- the pane: a citation, or a page of a document, one at a time ---------------------------

const ZOOMS = [1, 1.25, 1.5, 2, 2.5, 3];
let chosen = null;      // { turn, n, page } or { document, page }: what is shown or on its way
let opener = null;      // how to find the control that opened the proof again
let requests = 0;       // numbers the requests, so that each answer is known for what it is
let sent = 0;           // when the request that is on its way was sent
let waiting = false;    // another choice was made meanwhile
let zoom = 0;
const isOpen = () => document.body.dataset.caProof === 'open';
const unreached = () => $('#ca-proof > .ca-pane');  // of the page's own drawing
const pane = () => unreached() || $('#ca-proof .ca-pane');

// One request at a time, since a later answer can overtake an earlier one on the way; of the choices made
// meanwhile only the last is sent. An answer that does not come, as over a lost connection, is given up.
function see(choice) {
  chosen = choice;
  light();
  waiting = sent > 0 && performance.now() - sent < 4000;
  if (!waiting) request();
}

function request() {
  requests += 1;
  sent = performance.now();
  waiting = false;
  toServer('click', { ...here(), ...chosen, seq: requests });
}

function onProof() {
  if (+$('#ca-proof [data-seq]')?.dataset.seq !== requests) return;
  sent = 0;
  unreached()?.remove();
  if (!chosen) return;
  if (waiting) { request(); return; }
  openPane();
}

// Without the server there is no page, but the page of the chat has the quote.
function showUnreached() {
  const quote = sent && chosen && $(`[data-quote="${chosen.turn}-${chosen.n}"]`);
  if (!quote) return;
  sent = 0;
  const drawn = document.createElement('div');
  drawn.className = 'ca-pane';
  drawn.innerHTML = $('#ca-problem').dataset.pane;
  $('.ca-mk', drawn).textContent = chosen.n;
  $('h2', drawn).textContent = quote.dataset.where;
  $('.ca-words', drawn).textContent = quote.textContent;
  unreached()?.remove();
  $('#ca-proof').append(drawn);
  openPane();
}

function openPane() {
  const image = $('.ca-page img', pane());
  if (image) image.classList.toggle('ca-loading', !image.complete);  // never the last page under these boxes
  const opening = !isOpen();
  const kept = opening ? place() : null;
  document.body.dataset.caProof = 'open';
  if (kept) kept();
  light();
  applyZoom();
  reveal();
  const heading = $('h2', pane());
  if (opening && heading) heading.focus({ preventScroll: true });
  const where = $('.ca-where', pane());
  const counted = $('.ca-count', pane());
  if (where && counted && !chosen.page) say(`${counted.textContent}, ${heading.textContent}, ${where.textContent}`);
}

// Opening the pane narrows the text: keep the sentence that the reader was at where it was.
function place() {
  const mark = opener && !chosen?.document && find(opener);
  if (!mark) return null;
  const before = mark.getBoundingClientRect().top;
  return () => { scroller().scrollTop += mark.getBoundingClientRect().top - before; };
}

function reveal() {
  const current = $('.ca-all [aria-current]', pane());
  if (current) current.parentElement.scrollTop = current.offsetTop - current.parentElement.offsetTop - 32;
  const box = $('.ca-hl', pane());
  const view = low.matches ? pane() : $('.ca-view', pane());
  if (box && view) {
    const at = box.getBoundingClientRect();
    const frame = view.getBoundingClientRect();
    view.scrollTop += at.top - frame.top - view.clientHeight / 3;
    if (at.left < frame.left || at.right > frame.right) view.scrollLeft += at.left - frame.left - 24;
  } else if (view) {
    view.scrollTop = 0;
  }
  const sentence = $('.ca-lit');
  if (sheet.matches && sentence) {
    scroller().scrollTop += sentence.getBoundingClientRect().top - scroller().getBoundingClientRect().top - 16;
  }
}

function close(givesFocus = true) {
  if (!isOpen()) return;
  const kept = sheet.matches ? null : place();
  const wasDocument = chosen?.document;
  delete document.body.dataset.caProof;
  const back = opener && (wasDocument ? opener : find(opener));
  chosen = null;
  light();
  if (kept) kept();
  if (!givesFocus) return;
  if (back?.getClientRects().length) back.focus({ preventScroll: sheet.matches });
  else if ($('#ca-proof').contains(document.activeElement)) toField();
}

function step(by) {
  if (!chosen.turn) { turnTo(+($('.ca-goto', pane())?.dataset.at || 1) + by); return; }
  const marks = $$(`[data-quote][data-turn="${chosen.turn}"]`).map((quote) => +quote.dataset.n).sort((a, b) => a - b);
  if (!marks.length) return;
  const at = marks.indexOf(chosen.n);
  const n = marks[(at + by + marks.length) % marks.length];
  opener = { turn: chosen.turn, n };
  see({ turn: chosen.turn, n, page: 0 });
}

// Another page of the document that is shown; 0 is the one that is cited.
function turnTo(page) {
  const last = +($('.ca-goto', pane())?.dataset.count || 0);
  if (page >= 0 && page <= last) see({ ...chosen, page });
}

ACTIONS.cite = (control) => {
  const [turn, n] = [+control.dataset.turn, +control.dataset.n];
  opener = { turn, n, sources: control.matches('.ca-place') && !control.closest('#ca-proof') };
  hideTip();
  see({ turn, n, page: 0 });
};

ACTIONS.open = (control) => {
  opener = control;
  const { document: named, page, words = '', sentence = '' } = control.dataset;
  see({ document: named, page: +page || 1, words, sentence });
};

ACTIONS.previous = () => step(-1);
ACTIONS.next = () => step(1);
ACTIONS.turn = (control) => turnTo(+control.dataset.page);
ACTIONS.close = () => close();
ACTIONS.smaller = () => zoomTo(zoom - 1);
ACTIONS.larger = () => zoomTo(zoom + 1);
ACTIONS.fit = () => zoomTo(0);

const find = ({ turn, n, sources }) =>
  $(`#ca-transcript ${sources ? '.ca-sources .ca-place' : '.ca-answer .ca-mk'}[data-turn="${turn}"][data-n="${n}"]`)
  || $(`#ca-transcript [data-do="cite"][data-turn="${turn}"][data-n="${n}"]`);

// The server draws every turn anew while it streams, without knowing what is chosen here.
function light() {
  for (const mark of $$('#ca-transcript .ca-mk')) {
    const on = Boolean(chosen?.turn && +mark.dataset.turn === chosen.turn && +mark.dataset.n === chosen.n);
    mark.setAttribute('aria-pressed', String(on));
  }
  for (const sentence of $$('#ca-transcript .ca-s')) {
    const on = chosen?.turn && +sentence.dataset.turn === chosen.turn
      && sentence.dataset.cites.split(' ').includes(String(chosen.n));
    sentence.classList.toggle('ca-lit', Boolean(on));
  }
  drawWholes();  // the pane takes and gives width
}

function applyZoom() {
  const root = $('#ca-proof');
  root.style.setProperty('--ca-zoom', ZOOMS[zoom]);
  const [smaller, larger] = [$('[data-do=smaller]', root), $('[data-do=larger]', root)];
  if (smaller) smaller.disabled = zoom === 0;
  if (larger) larger.disabled = zoom === ZOOMS.length - 1;
}

function zoomTo(level) {
  zoom = Math.max(0, Math.min(ZOOMS.length - 1, level));
  applyZoom();
  if ($('.ca-hl', pane())) reveal();
}

// ---- all pages, as small pictures ---------------------------------------------------------

ACTIONS['all-pages'] = (control) => {
  const shown = $('.ca-grid', pane());
  control.setAttribute('aria-expanded', String(!shown));
  if (shown) { shown.remove(); return; }
  const cited = new Set(control.dataset.cited.split(' '));
  const grid = document.createElement('div');
  grid.className = 'ca-grid';
  for (let page = 1; page <= +control.dataset.count; page += 1) {
    const [button, image, number] = ['button', 'img', 'span'].map((tag) => document.createElement(tag));
    Object.assign(button, { type: 'button', className: cited.has(String(page)) ? 'ca-cited' : '' });
    Object.assign(button.dataset, { do: 'turn', page });
    button.setAttribute('aria-label', control.dataset.name.replace('{page}', page));
    Object.assign(image, { alt: '', loading: 'lazy', src: `pages/${control.dataset.document}/${page}.png?width=200` });
    number.textContent = page;
    button.append(image, number);
    grid.append(button);
  }
  $('.ca-view', pane()).before(grid);
  const at = $(`[data-page="${$('.ca-goto', pane()).dataset.at}"]`, grid);
  at?.setAttribute('aria-current', 'page');
  at?.scrollIntoView({ block: 'center' });
  (at || grid.firstChild)?.focus({ preventScroll: true });
};

document.addEventListener('change', (event) => {
  const goto = event.target.closest?.('.ca-goto');
  if (!goto) return;
  const page = Number.parseInt(goto.value, 10);
  if (page >= 1 && page <= +goto.dataset.count) turnTo(page);
  else goto.value = goto.dataset.at;
});

// An image that does not load leaves its quote; load and error do not bubble, so they are caught on the way down.
document.addEventListener('error', (event) => {
  const page = event.target.closest?.('#ca-proof .ca-page');
  const failed = page && $('.ca-failed', page.parentElement);
  if (!failed) return;
  page.hidden = true;
  failed.hidden = false;
}, true);

document.addEventListener('load', (event) => event.target.classList?.remove('ca-loading'), true);

// Swipe the bottom sheet down to close it.
let grip = null;
document.addEventListener('touchstart', (event) => {
  grip = sheet.matches && event.target.closest?.('#ca-proof .ca-ph') ? event.touches[0].clientY : null;
}, { passive: true });
document.addEventListener('touchend', (event) => {
  if (grip !== null && event.changedTouches[0].clientY - grip > 48) close();
  grip = null;
}, { passive: true });

document.addEventListener('ca-proof', onProof);
