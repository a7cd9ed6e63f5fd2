// ---- pages, conversations, language, appearance -------------------------------------------

const KEPT = 'cluster-advisor-appearance';
const system = matchMedia('(prefers-color-scheme: dark)');
let wanted = null;  // the place that the page is on its way to

let standing = {};   // the place at which the page is, or last was on its way to

const samePlace = (one, other) => (one.conversation || '') === (other.conversation || '') && (one.link || '') === (other.link || '');

// Each drawing of a place is another value, so that the page is told when it has come.
function show(place) {
  if (!samePlace(place, here())) { stopEditing(); close(); }
  wanted = standing = place;
  shown += 1;
  toServer('select', { ...place, seq: shown });
}
let shown = 0;

function go(place) {
  close();
  menu(false);
  view('ask');
  leaveFor(place);
}

function leaveFor(place) {
  cutShort();
  show(place);
}

ACTIONS.new = () => { stopEditing(); go({}); toField(); };
ACTIONS['open-talk'] = (control) => {
  const place = { conversation: control.dataset.talk };
  if (!wanted && samePlace(place, here())) { menu(false); view('ask'); return; }  // an answer may be coming in it
  stopEditing();
  go(place);
};

function placeInAddress() {
  const asked = new URLSearchParams(location.search);
  return { conversation: asked.get('c') || '', link: asked.get('answer') || '' };
}

// The address follows the page: a reload, a bookmark and the back button come to the same conversation.
function tellAddress() {
  const { conversation, link } = here();
  const said = conversation ? `?c=${conversation}` : link ? `?answer=${link}` : location.pathname;
  const told = placeInAddress();
  if (told.conversation === conversation && told.link === link) return;
  history.pushState(null, '', said + location.hash);
}

addEventListener('popstate', () => {
  const name = location.hash === '#library' ? 'library' : 'ask';
  const other = name !== document.body.dataset.caView;
  view(name);
  if (other) close();
  const [now, asked] = [here(), placeInAddress()];
  if (now.conversation !== asked.conversation || now.link !== asked.link) leaveFor(asked);
});

function view(name) {
  document.body.dataset.caView = name;
  for (const button of $$('[data-do=view]')) {
    if (button.closest('nav')) button.toggleAttribute('aria-current', button.dataset.view === name);
  }
  if (name === 'library') openLibrary();
  nameTab();
}

// Tabs and bookmarks are told apart by what is shown.
function nameTab() {
  const shown = $(document.body.dataset.caView === 'library' ? 'nav [data-view=library]' : '.ca-turn h2')?.textContent.slice(0, 120);
  document.title = [shown, $('.ca-brand span').textContent].filter(Boolean).join(' – ');
}

// The library is drawn when it is first shown, and anew in another language; after that it draws itself anew.
let drawing = {};
async function openLibrary() {
  const { language } = $('.ca-top').dataset;
  if (drawing.language !== language) {
    drawing = { language };  // before the server answers: a second call must not draw over what was typed meanwhile
    drawing.done = drawLibrary(drawing);
  }
  const mine = drawing;
  if (await mine.done && drawing === mine) document.dispatchEvent(new CustomEvent('ca-shelf'));
}

async function drawLibrary(mine) {
  const reply = await fetch('parts/shelf').catch(() => null);
  const page = reply?.ok ? await reply.text().catch(() => '') : '';
  if (drawing !== mine) return false;  // another language was chosen meanwhile
  if (!page) { drawing = {}; problem('lost'); return false; }
  // What is being sent and what is searched for goes on in another language.
  const [sends, search] = [$$('#ca-sends > *'), $('#ca-find')?.value || ''];
  $('#ca-library-page').innerHTML = page;
  $('#ca-sends').append(...sends);
  if (search && $('#ca-find')) $('#ca-find').value = search;
  return true;
}

document.addEventListener('ca-shelf-changed', () => toServer('edit', here()));

ACTIONS.view = (control) => {
  const name = control.dataset.view;
  if (document.body.dataset.caView === name) { menu(false); return; }
  close();
  menu(false);
  history.pushState(null, '', location.pathname + location.search + (name === 'library' ? '#library' : ''));
  view(name);
  if (name === 'ask') toField();
};

function menu(open) {
  document.body.toggleAttribute('data-ca-menu', open);
  $('.ca-menu')?.setAttribute('aria-expanded', String(open));
}

ACTIONS.menu = () => {
  menu(!document.body.hasAttribute('data-ca-menu'));
  if (document.body.hasAttribute('data-ca-menu')) $('#ca-rail button')?.focus();
};

document.addEventListener('click', (event) => {
  if (document.body.hasAttribute('data-ca-menu') && !event.target.closest('#ca-rail, .ca-menu')) menu(false);
});

// ---- deleting, after a question ------------------------------------------------------------

let forgetting = null;

function confirmDeletion(forgotten, title, says) {
  const dialog = $('#ca-forget');
  forgetting = forgotten;
  $('h2', dialog).textContent = title;
  $('p', dialog).textContent = says;
  dialog.showModal();
}

ACTIONS.forget = (control) => {
  const dialog = $('#ca-forget');
  confirmDeletion({ forget: control.dataset.talk }, dialog.dataset.title.replace('{title}', () => control.dataset.title), dialog.dataset.says);
};
ACTIONS['forget-all'] = () => {
  const dialog = $('#ca-forget');
  confirmDeletion({ all: true }, dialog.dataset.allTitle, dialog.dataset.allSays);
};
ACTIONS['dismiss-dialog'] = (control) => control.closest('dialog').close();
ACTIONS['forget-yes'] = () => {
  $('#ca-forget').close();
  const place = here();
  if (forgetting.all || forgetting.forget === place.conversation) {
    close();
    stopEditing();
    standing = {};
    toField();
  }
  toServer('delete', { ...place, ...forgetting });
};

// ---- language ------------------------------------------------------------------------------

document.addEventListener('change', (event) => {
  if (event.target.id !== 'ca-language') return;
  document.cookie = `ca-language=${event.target.value}; Path=/; Max-Age=34560000; SameSite=Lax`;
  close();
  speakAnew();
});

// A language that is chosen while an answer is coming waits for its end: the page that is drawn anew would cut it off.
let unspoken = false;
function speakAnew() {
  unspoken = Boolean($('.ca-turn[data-live]'));
  if (!unspoken) show(here());
}

// ---- dark and light ------------------------------------------------------------------------

function kept() {
  try { return localStorage.getItem(KEPT); } catch { return null; }  // storage may be forbidden
}

function paint() {
  const dark = (kept() || (system.matches ? 'dark' : 'light')) === 'dark';
  document.body.classList.toggle('dark', dark);
  $('#ca-dark')?.setAttribute('aria-pressed', String(dark));
}

ACTIONS.dark = () => {
  const next = document.body.classList.contains('dark') ? 'light' : 'dark';
  try {
    if (next === (system.matches ? 'dark' : 'light')) localStorage.removeItem(KEPT);
    else localStorage.setItem(KEPT, next);
  } catch { /* the choice then lasts until the page is left */ }
  document.body.classList.toggle('dark', next === 'dark');
  $('#ca-dark')?.setAttribute('aria-pressed', String(next === 'dark'));
};

system.addEventListener('change', paint);

// What the bar says is drawn anew with the language.
function onBar() {
  const { language } = $('.ca-top').dataset;
  document.documentElement.lang = language;
  document.documentElement.classList.remove('ca-arriving');
  $('#ca-language').value = language;
  paint();
  view(document.body.dataset.caView || 'ask');
}

// ---- a server that does not reply, or was restarted ----------------------------------------

let began = '';

function problem(kind, text = '') {
  const line = $('#ca-problem');
  line.hidden = !kind && !text;
  $('button', line).hidden = !kind;
  $('span', line).textContent = text || $('span', line).dataset[kind] || '';
}

async function check() {
  try {
    const { started } = await (await fetch('api/health', { cache: 'no-store' })).json();
    began ||= started;
    if (started !== began) problem('restarted');
    else if (!$('#ca-problem button').hidden) problem('');
  } catch {
    problem('lost');
    giveBack();
    showUnreached();
  }
}

ACTIONS.reload = () => location.reload();
document.addEventListener('visibilitychange', () => { if (!document.hidden) check(); });
