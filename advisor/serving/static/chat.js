// Runs once, when the transcript is mounted; given are element, trigger and watch of its gr.HTML.
// All controls of the page carry data-do; one listener serves them. Text is only ever set as text.

const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const sheet = matchMedia('(max-width: 820px)');
const calm = matchMedia('(prefers-reduced-motion: reduce)');
const ZOOMS = [1, 1.25, 1.5, 2, 2.5, 3];

let chosen = null;      // { turn, n, page }: the citation that is shown or on its way
let opener = null;      // how to find the control that opened the proof again
let requests = 0;       // numbers the requests, so that each answer is known for what it is
let sent = 0;           // when the request that is on its way was sent
let waiting = false;    // another choice was made meanwhile
let zoom = 0;
let turns = 0;

// ---- proof ---------------------------------------------------------------------------------

const scroller = () => $('#ca-transcript');
const isOpen = () => document.body.dataset.caProof === 'open';
const pane = () => $('#ca-proof .ca-pane');
// One request at a time, since a later answer can overtake an earlier one on the way; of the choices made
// meanwhile only the last is sent. An answer that does not come, as over a lost connection, is given up.
function cite(turn, n, page = 0) {
  chosen = { turn, n, page };
  light();
  waiting = sent > 0 && performance.now() - sent < 4000;
  if (!waiting) request();
}

function request() {
  requests += 1;
  sent = performance.now();
  waiting = false;
  trigger('click', { ...chosen, seq: requests });
}

function onProof() {
  if (+pane()?.dataset.seq !== requests) return;
  sent = 0;
  if (!chosen) return;
  if (waiting) { request(); return; }
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
  if (where && !chosen.page) say(`${$('.ca-count', pane()).textContent}, ${heading.textContent}, ${where.textContent}`);
}

// Opening the pane narrows the text: keep the sentence that the reader was at where it was.
function place() {
  const mark = opener && find(opener);
  if (!mark) return null;
  const before = mark.getBoundingClientRect().top;
  return () => { scroller().scrollTop += mark.getBoundingClientRect().top - before; };
}

function reveal() {
  const current = $('.ca-all [aria-current]', pane());
  if (current) current.parentElement.scrollTop = current.offsetTop - current.parentElement.offsetTop - 32;
  const box = $('.ca-hl', pane());
  const view = $('.ca-view', pane());
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

function close() {
  if (!isOpen()) return;
  const kept = sheet.matches ? null : place();
  delete document.body.dataset.caProof;
  const back = opener && find(opener);
  chosen = null;
  light();
  if (kept) kept();
  if (back) back.focus({ preventScroll: sheet.matches });
}

function step(by) {
  const marks = $$(`[data-quote][data-turn="${chosen.turn}"]`).map((quote) => +quote.dataset.n).sort((a, b) => a - b);
  if (!marks.length) return;
  const at = marks.indexOf(chosen.n);
  const n = marks[(at + by + marks.length) % marks.length];
  opener = { turn: chosen.turn, n };
  cite(chosen.turn, n);
}

const find = ({ turn, n, sources }) =>
  $(`#ca-transcript ${sources ? '.ca-sources .ca-place' : '.ca-answer .ca-mk'}[data-turn="${turn}"][data-n="${n}"]`)
  || $(`#ca-transcript [data-do="cite"][data-turn="${turn}"][data-n="${n}"]`);

// The server draws every turn anew while it streams, without knowing what is chosen here.
function light() {
  for (const mark of $$('#ca-transcript .ca-mk')) {
    const on = Boolean(chosen && +mark.dataset.turn === chosen.turn && +mark.dataset.n === chosen.n);
    mark.setAttribute('aria-pressed', String(on));
  }
  for (const sentence of $$('#ca-transcript .ca-s')) {
    const on = chosen && +sentence.dataset.turn === chosen.turn
      && sentence.dataset.cites.split(' ').includes(String(chosen.n));
    sentence.classList.toggle('ca-lit', Boolean(on));
  }
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
  reveal();
}

// ---- transcript ----------------------------------------------------------------------------

function onTranscript() {
  light();
  hideTip();
  const count = +($('#ca-transcript [data-turns]')?.dataset.turns || 0);
  if (count === 0) scroller().scrollTop = 0;
  if (count > turns) {
    const asked = $(`.ca-turn[data-turn="${count}"] h2`);
    scroller().scrollTo({
      top: scroller().scrollTop + asked.getBoundingClientRect().top - scroller().getBoundingClientRect().top - 24,
      behavior: calm.matches || count === 1 ? 'instant' : 'smooth',
    });
    if (document.activeElement === document.body) asked.focus({ preventScroll: true });
  }
  turns = count;
}

function toField() {
  if (!sheet.matches) $('#ca-question textarea')?.focus();
}

function say(text) {
  const live = $('#ca-live');
  if (live) live.textContent = text;
}

// ---- tip -----------------------------------------------------------------------------------

const tip = document.createElement('div');
tip.className = 'ca-tip';
tip.id = 'ca-tip';
tip.role = 'tooltip';
tip.hidden = true;
document.body.append(tip);
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
  const above = at.top - tip.offsetHeight - 8;
  tip.style.left = `${Math.max(12, Math.min(at.left - 20, innerWidth - tip.offsetWidth - 12))}px`;
  tip.style.top = `${above > 60 ? above : at.bottom + 8}px`;
  mark.setAttribute('aria-describedby', tip.id);
  tipped = mark;
}

function hideTip() {
  clearTimeout(tipTimer);
  tip.hidden = true;
  tipped?.removeAttribute('aria-describedby');
  tipped = null;
}

// ---- dark and light ------------------------------------------------------------------------

const system = matchMedia('(prefers-color-scheme: dark)');
const KEPT = 'cluster-advisor-appearance';

function kept() {
  try { return localStorage.getItem(KEPT); } catch { return null; }  // storage may be forbidden
}

function paint() {
  const dark = (kept() || (system.matches ? 'dark' : 'light')) === 'dark';
  document.body.classList.toggle('dark', dark);
  $('#ca-dark')?.setAttribute('aria-pressed', String(dark));
}

function switchAppearance() {
  const next = document.body.classList.contains('dark') ? 'light' : 'dark';
  try {
    if (next === (system.matches ? 'dark' : 'light')) localStorage.removeItem(KEPT);
    else localStorage.setItem(KEPT, next);
  } catch { /* the choice then lasts until the page is left */ }
  document.body.classList.toggle('dark', next === 'dark');
  $('#ca-dark')?.setAttribute('aria-pressed', String(next === 'dark'));
}

// ---- one listener for each kind of event ---------------------------------------------------

const ACTIONS = {
  cite: (control) => {
    const [turn, n] = [+control.dataset.turn, +control.dataset.n];
    if (!control.closest('#ca-proof')) opener = { turn, n, sources: control.matches('.ca-place') };
    else opener = { turn, n };
    hideTip();
    cite(turn, n);
  },
  ask: (control) => trigger('submit', { example: +control.dataset.example }),
  new: () => { close(); trigger('clear', {}); toField(); },
  dark: switchAppearance,
  close,
  previous: () => step(-1),
  next: () => step(1),
  turn: (control) => cite(chosen.turn, chosen.n, +control.dataset.page),
  smaller: () => zoomTo(zoom - 1),
  larger: () => zoomTo(zoom + 1),
  fit: () => zoomTo(0),
};

document.addEventListener('click', (event) => {
  if (event.target.closest('#ca-stop')) toField();
  const control = event.target.closest('[data-do]');
  if (control && !control.disabled) ACTIONS[control.dataset.do]?.(control);
});

document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') {
    if (!tip.hidden) hideTip();
    else if (isOpen()) close();
    return;
  }
  const field = document.activeElement?.closest('input, textarea, select, [contenteditable=true]');
  if (!isOpen() || !chosen || field || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (event.key === 'ArrowRight') { event.preventDefault(); step(1); }
  if (event.key === 'ArrowLeft') { event.preventDefault(); step(-1); }
});

for (const kind of ['mouseover', 'focusin']) document.addEventListener(kind, planTip);
document.addEventListener('mouseout', (event) => { if (event.target.closest?.('.ca-mk')) hideTip(); });
document.addEventListener('focusout', hideTip);
element.closest('#ca-transcript')?.addEventListener('scroll', hideTip, { passive: true });

// An image that does not load leaves its quote; load and error do not bubble, so they are caught on the way down.
document.addEventListener('error', (event) => {
  const page = event.target.closest?.('#ca-proof .ca-page');
  if (!page) return;
  page.hidden = true;
  $('.ca-failed', page.parentElement).hidden = false;
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
system.addEventListener('change', paint);
watch('value', onTranscript);
paint();
toField();
