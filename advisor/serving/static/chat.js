// ---- asking ---------------------------------------------------------------------------------

const PATIENCE_MS = 4000;  // after which the server is asked whether it is there at all
let turns = 0;
let replaces = 0;          // the turn that the next question takes the place of
let overdue = 0;
let waitingQuestion = null;  // { question, replaces }: asked while the page was on its way to another place
let drawn = '';            // the conversation that was drawn last
let unanswered = '';       // sent, and not yet seen as a turn

function send(question, replaced = 0) {
  const text = question.trim();
  if (!text || waitingQuestion || $('.ca-turn[data-live]')) return false;
  const { longest, tooLong, noWords } = field().dataset;
  const refused = [...text.replace(/\s+/g, ' ')].length > +longest ? tooLong : /[\p{L}\p{N}]/u.test(text) ? '' : noWords;
  if (refused) {
    problem('', refused);
    return false;
  }
  view('ask');
  if (sheet.matches || (replaced && chosen?.turn === replaced)) close(false);
  unanswered = text;
  if (wanted) waitingQuestion = { question: text, replaces: samePlace(wanted, here()) ? replaced : 0 };
  else toServer('submit', { ...here(), question: text, replaces: replaced });
  clearTimeout(overdue);
  overdue = setTimeout(check, PATIENCE_MS);
  return true;
}

function fit() {
  const area = field();
  if (!area) return;
  area.style.height = 'auto';
  area.style.height = `${area.scrollHeight}px`;
}

function stopEditing() {
  replaces = 0;
  const line = $('.ca-editing');
  if (line) line.hidden = true;
}

// The server may take away what cannot be shown: control characters, surplus space.
const letters = (text) => text.replace(/[^\p{L}\p{N}]/gu, '');

// A question that did not come to be a turn, as over a lost connection, goes back to the field.
function giveBack() {
  if (!unanswered || !field() || field().value) return;
  field().value = unanswered;
  unanswered = '';
  fit();
}

ACTIONS.ask = (control) => { stopEditing(); send(control.dataset.question); };
ACTIONS.stop = () => { cutShort(); toServer('stop', here()); toField(); };
ACTIONS.keep = () => { stopEditing(); toField(); };

// Only the last question can be replaced: what was asked after an earlier one leans on it.
const isLast = (control) => +control.dataset.turn === turns;

ACTIONS.again = (control) => {
  const turn = control.closest('.ca-turn');
  const question = control.dataset.question || $('[data-question]', turn)?.dataset.question;
  close();
  send(question, isLast(control) ? turns : 0);
};

ACTIONS.edit = (control) => {
  const area = field();
  area.value = control.dataset.question;
  replaces = isLast(control) ? turns : 0;
  $('.ca-editing').hidden = !replaces;
  fit();
  area.focus();
  area.setSelectionRange(area.value.length, area.value.length);
};

document.addEventListener('submit', (event) => {
  if (event.target.id !== 'ca-form') return;
  event.preventDefault();
  if (!send(field().value, replaces)) return;
  field().value = '';
  stopEditing();
  fit();
});

document.addEventListener('input', (event) => {
  if (event.target !== field()) return;
  fit();
  if ($('#ca-problem button').hidden) problem('');  // it was about the question as it was
});

// On a small screen the pane lies over the field.
document.addEventListener('focusin', (event) => { if (sheet.matches && event.target.closest('#ca-composer')) close(false); });

// ---- the transcript is drawn anew with each sentence -------------------------------------------

function onTranscript() {
  const { seq = 0, conversation = '', link = '', language = '' } = column()?.dataset || {};
  if (wanted && +seq !== shown) return;  // of the place that is being left
  // A reply that was overtaken: Gradio has drawn another place than the one at which the page is.
  const away = standing.conversation && (conversation !== standing.conversation || link !== (standing.link || ''));
  if (!wanted && away) { show(standing); return; }
  // The end of an answer that was asked for in another language has come over the page as it is in this one.
  if (!wanted && language && language !== document.documentElement.lang) { show(here()); return; }
  clearTimeout(overdue);
  problem('');
  document.documentElement.classList.remove('ca-arriving');
  light();
  if (tipped && !tipped.isConnected) hideTip();
  // Gradio keeps a field for the reason in its place, with what was typed for another conversation.
  const another = drawn !== conversation;
  if (another) {
    for (const reason of $$('.ca-reason textarea')) reason.value = reason.defaultValue;
    reasons.clear();
  }
  drawn = conversation;
  standing = here();
  drawReasons();
  drawExports();
  toReason();
  const count = +(column()?.dataset.turns || 0);
  if (replaces && replaces !== count) stopEditing();
  requestAnimationFrame(() => { if ($('.ca-editing')) $('.ca-editing').hidden = !replaces; });  // the form may come later
  const asked = $(`.ca-turn[data-turn="${count}"] h2`)?.textContent || '';
  if (letters(asked) === letters(unanswered)) unanswered = '';
  else if ($('.ca-turn[data-live]')) giveBack();  // another page of this browser was first
  if (count === 0) scroller().scrollTop = 0;
  if (wanted) {
    wanted = null;
    if (document.activeElement === document.body || document.activeElement.closest('#ca-rail')) toField();
    if (another && count) toQuestion(count, 'instant');
    if (waitingQuestion) {
      toServer('submit', { ...here(), ...waitingQuestion });
      waitingQuestion = null;
    }
  } else if (count && count !== turns) {  // fewer where the conversation was deleted on another page
    toQuestion(count);
  }
  turns = count;
  tellAddress();
  nameTab();
  if (unspoken && !$('.ca-turn[data-live]')) speakAnew();
}

// ---- a long question shows its first lines, until all of it is asked for ------------------------------

const wholes = new Set();  // the questions that are shown whole, by conversation and turn
const nameOfTurn = (turn) => `${column().dataset.conversation} ${turn.dataset.turn}`;

ACTIONS.whole = (control) => {
  const turn = control.closest('.ca-turn');
  wholes.add(nameOfTurn(turn));
  $('h2', turn).focus({ preventScroll: true });  // the control goes
  drawWholes();
};

function drawWholes() {
  for (const control of $$('.ca-whole')) {
    const turn = control.closest('.ca-turn');
    const [heading, open] = [$('h2', turn), wholes.has(nameOfTurn(turn))];
    heading.classList.toggle('ca-open', open);
    control.hidden = open || heading.scrollHeight <= heading.clientHeight;
  }
}

addEventListener('resize', drawWholes);

function toQuestion(number, behavior = calm.matches || number === 1 ? 'instant' : 'smooth') {
  const asked = $(`.ca-turn[data-turn="${number}"] h2`);
  scroller().scrollTo({
    top: scroller().scrollTop + asked.getBoundingClientRect().top - scroller().getBoundingClientRect().top - 12,
    behavior,
  });
  if (document.activeElement === document.body) asked.focus({ preventScroll: true });
}

// ---- one listener for each kind of event -------------------------------------------------------

document.addEventListener('click', (event) => {
  const control = event.target.closest('[data-do]');
  onExports(event.target);
  if (control && !control.disabled) ACTIONS[control.dataset.do]?.(control);
});

document.addEventListener('keydown', (event) => {
  if (event.target === field() && event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    $('#ca-form').requestSubmit();
    return;
  }
  if ($('dialog[open]')) return;
  if (event.key === 'Escape') { escape(event); return; }
  const busy = typing() || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey;
  if (busy || !isOpen() || !chosen) return;
  if (event.key === 'ArrowRight') { event.preventDefault(); step(1); }
  if (event.key === 'ArrowLeft') { event.preventDefault(); step(-1); }
});

// Esc closes what lies on top: the quote, a menu, an edit, the pane.
function escape(event) {
  const list = $('.ca-export[open]');
  if (!tip.hidden) hideTip();
  else if (list) { closeExports(); $('summary', list).focus(); }
  else if (document.body.hasAttribute('data-ca-menu')) { menu(false); $('.ca-menu').focus(); }
  else if (event.target === field() && replaces) { stopEditing(); field().value = ''; fit(); }
  else if (isOpen()) close();
}

watch('value', onTranscript);
new MutationObserver(onBar).observe($('#ca-bar'), { subtree: true, attributeFilter: ['data-language', 'data-started'] });
began = $('.ca-top').dataset.started;
paint();
view(location.hash === '#library' ? 'library' : 'ask');
show(placeInAddress());
