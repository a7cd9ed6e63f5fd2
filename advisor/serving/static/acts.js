// ---- what can be done with an answer ------------------------------------------------------

const turnPath = (turn) => {
  const { conversation, link } = here();
  return link ? `api/links/${link}` : `api/conversations/${conversation}/turns/${turn}`;
};

// The name of a control becomes what came of it, for a while.
function tell(control, text) {
  const label = $('.ca-lbl', control);
  const before = told.get(label);
  const name = before?.text === label.textContent ? before.name : label.textContent;
  told.set(label, { name, text });
  label.textContent = text;
  say(text);
  setTimeout(() => { if (label.textContent === text) label.textContent = name; }, 4000);
}
const told = new WeakMap();  // what a label says for a while, and its own name

class Refused extends Error {}  // in words that can be shown

async function fetched(path, options) {
  const response = await fetch(path, options).catch(() => null);
  if (!response) check();
  const reply = await response?.json().catch(() => null);
  if (!response?.ok || !reply) throw new Refused(reply?.error || $('#ca-problem span').dataset.silent);
  return reply;
}

// Without HTTPS a page of another computer may not use the clipboard: what is copied is then selected.
async function copy(text, html) {
  if (navigator.clipboard && window.ClipboardItem) {
    const kinds = { 'text/plain': new Blob([text], { type: 'text/plain' }) };
    if (html) kinds['text/html'] = new Blob([html], { type: 'text/html' });
    await navigator.clipboard.write([new ClipboardItem(kinds)]);
    return;
  }
  const carrier = document.createElement('textarea');
  carrier.value = text;
  carrier.className = 'ca-sr';
  document.body.append(carrier);
  carrier.select();
  const copied = document.execCommand('copy');
  carrier.remove();
  if (!copied) throw new Error();
}

ACTIONS.copy = async (control) => {
  const { copied, refused } = $('.ca-acts', control.closest('.ca-turn')).dataset;
  try {
    const { text, html } = await fetched(`${turnPath(control.dataset.turn)}/copy`);
    await copy(text, html);
    tell(control, copied);
  } catch (error) {
    tell(control, error instanceof Refused ? error.message : refused);
  }
};

ACTIONS.link = async (control) => {
  const { linked, refused } = $('.ca-acts', control.closest('.ca-turn')).dataset;
  try {
    const { token } = await fetched(`${turnPath(control.dataset.turn)}/link`, { method: 'POST' });
    await copy(`${location.origin}${location.pathname}?answer=${token}`, '');
    tell(control, linked);
  } catch (error) {
    tell(control, error instanceof Refused ? error.message : refused);
  }
};

ACTIONS.rate = (control) => {
  const taken = control.getAttribute('aria-pressed') === 'true';
  const good = taken ? null : control.dataset.good === 'good';
  toServer('like', { ...here(), turn: +control.dataset.turn, good, reason: '' });
  if (good !== false) return;
  asking = +control.dataset.turn;
  reasons.set(asking, 'open');
};

// A menu of exports closes with a click beside it or on one of its links, and stays open when the answer is drawn anew.
let exporting = '';  // the turn whose menu is open, by conversation and turn

function onExports(target) {
  const list = target.closest('.ca-export');
  if (!list || target.closest('a')) closeExports();
  else if (target.closest('summary')) exporting = list.open ? '' : nameOfTurn(list.closest('.ca-turn'));
  for (const other of $$('.ca-export[open]')) if (other !== list) other.open = false;
}

function closeExports() {
  exporting = '';
  for (const list of $$('.ca-export[open]')) list.open = false;
}

function drawExports() {
  for (const list of $$('.ca-export')) {
    if (list.open || nameOfTurn(list.closest('.ca-turn')) !== exporting) continue;
    list.open = true;
    if (document.activeElement === document.body) $('summary', list).focus();
  }
}

const reasons = new Map();  // turn → what became of the field for its reason in this conversation: "open" or "sent"
let asking = 0;             // the turn whose field for the reason gets the focus when it is drawn

// The server says which answers are called unhelpful; the field is there from then until the reason is sent.
function drawReasons() {
  for (const form of $$('.ca-reason')) {
    const thumb = $('[data-good=bad]', form.closest('.ca-turn'));
    const state = thumb.getAttribute('aria-pressed') === 'true' ? reasons.get(+form.dataset.turn) : '';
    if (state !== 'open' && form.contains(document.activeElement)) thumb.focus();
    form.hidden = state !== 'open';
    form.nextElementSibling.hidden = state !== 'sent';
  }
}

function toReason() {
  const reason = asking && $(`.ca-reason[data-turn="${asking}"]:not([hidden]) textarea`);
  if (!reason) return;
  asking = 0;
  reason.focus();
}

document.addEventListener('submit', (event) => {
  const form = event.target.closest?.('.ca-reason');
  if (!form) return;
  event.preventDefault();
  const [turn, reason] = [+form.dataset.turn, $('textarea', form).value.trim()];
  if (!reason) { $('textarea', form).focus(); return; }
  reasons.set(turn, 'sent');
  toServer('like', { ...here(), turn, good: false, reason });
});

ACTIONS['to-conflicts'] = (control) => {
  const note = $('.ca-note h3', control.closest('.ca-turn'));
  note.scrollIntoView({ block: 'center', behavior: calm.matches ? 'instant' : 'smooth' });
  note.focus({ preventScroll: true });
};
