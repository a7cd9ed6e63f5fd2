// The scripts of the page run once, as one, when the transcript is mounted; given are element, trigger and watch of its
// gr.HTML. All controls carry data-do; one listener serves them. Text is only ever set as text.

const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const sheet = matchMedia('(max-width: 51.25em)');
const low = matchMedia('(max-height: 35em)');
const lowest = matchMedia('(max-height: 24em) and (max-width: 73.75em)');
const touched = matchMedia('(pointer: coarse) and (hover: none)');
const calm = matchMedia('(prefers-reduced-motion: reduce)');
const ACTIONS = {};

const column = () => $('#ca-transcript .ca-col');
const scroller = () => (lowest.matches ? $('.contain > .column') : $('#ca-transcript'));
const field = () => $('#ca-question');

// Where the page is: in a conversation of this browser, at an answer behind a link, or at the beginning of a new one.
const here = () => ({ conversation: column()?.dataset.conversation || '', link: column()?.dataset.link || '' });

// Gradio says of an event that could not be sent what only it understands, and that once: the page looks for itself.
function toServer(kind, data) {
  trigger(kind, data);
  check();
}

// The answer that is on its way to this page ends here, with what has arrived of it.
function cutShort() {
  trigger('clear');
}

function say(text) {
  const live = $('#ca-live');
  if (live) live.textContent = text;
}

// Not where that would bring up a keyboard over the page.
function toField() {
  if (!sheet.matches && !touched.matches) field()?.focus();
}

function typing() {
  return document.activeElement?.closest('input, textarea, select, [contenteditable=true]');
}
