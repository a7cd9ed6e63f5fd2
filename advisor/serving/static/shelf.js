/* The library page: adding, following, cancelling, choosing, removing, searching. Words come with the page; HTML is
   what our server rendered. main's script opens pages (data-do="open") and sends "ca-shelf" when the page is shown; this
   one sends "ca-shelf-changed" when documents or their choice have changed. */
(() => {
  'use strict';

  const POLL_MS = 700;
  const LOST_MS = 5000;
  const TYPING_MS = 300;
  const MB = 1024 * 1024;

  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
  const words = () => $('#ca-sending').dataset;
  const isShown = () => Boolean($('#ca-shelf')?.getClientRects().length);
  const changed = () => document.dispatchEvent(new CustomEvent('ca-shelf-changed'));

  /** Have a screen reader say a text: the start and the end of an upload, what a search found, what went wrong. */
  function say(text) {
    const line = $('#ca-shelf-said');
    if (line) line.textContent = text;
  }

  // ---- the server ----------------------------------------------------------------------------------------------

  async function ask(method, address, body) {
    const options = { method, headers: body ? { 'Content-Type': 'application/json' } : {}, body: body && JSON.stringify(body) };
    let reply;
    try {
      reply = await fetch(address, options);
    } catch {
      throw new Error(words().plain);
    }
    const said = await reply.json().catch(() => ({}));
    if (!reply.ok) throw new Error(said.error || words().plain);
    return said;
  }

  async function part(address) {
    const reply = await fetch(address);
    if (!reply.ok) throw new Error(String(reply.status));
    const holder = document.createElement('template');
    holder.innerHTML = await reply.text();
    return holder.content.firstElementChild;
  }

  /** Put a new element in the place of an old one; focus goes to the same control, or to `otherwise`. */
  function swap(old, fresh, otherwise) {
    const focused = old.contains(document.activeElement) ? document.activeElement : null;
    const key = focused && ['do', 'id', 'document'].filter((name) => focused.dataset[name]).map((name) => `[data-${name}="${CSS.escape(focused.dataset[name])}"]`).join('');
    old.replaceWith(fresh);
    if (focused && !focused.isConnected) (key && $(`${key}:not([disabled])`, fresh) || otherwise?.())?.focus();
  }

  // ---- following the jobs ----------------------------------------------------------------------------------------

  let timer = 0;
  let known = '';
  let asking = false;
  let again = false;  // somebody asked to look while it was looked

  function follow(delay = 0) {
    clearTimeout(timer);
    timer = setTimeout(look, delay);
  }

  /** Ask how the jobs are; go on asking while something happens. */
  async function look() {
    if (!$('#ca-jobs')) return;
    again = asking;
    if (asking) return;
    asking = true;
    let delay = POLL_MS;
    try {
      const state = await ask('GET', '/api/jobs');
      const goesOn = state.others > 0 || state.jobs.some((job) => !['done', 'skipped', 'failed', 'cancelled'].includes(job.state));
      if (!goesOn) delay = 0;
      const now = JSON.stringify(state);
      if (now !== known) {
        known = now;
        await showJobs();
      }
    } catch {
      delay = LOST_MS;  // the server may be starting anew
    }
    asking = false;
    if (again) {
      again = false;
      known = '';
      follow();
    } else if (delay) {
      follow(delay);
    }
  }

  async function showJobs() {
    const fresh = await part('/parts/jobs');
    const old = $('#ca-jobs');
    if (!old) return;
    const before = new Map($$('[data-job]', old).map((row) => [row.dataset.job, row.dataset.state]));
    const over = $$('[data-job]', fresh).filter((row) => row.dataset.over && before.has(row.dataset.job) && before.get(row.dataset.job) !== row.dataset.state);
    swap(old, fresh, () => $('[data-do="shelf-choose"]'));
    over.forEach((row) => say(row.dataset.over));
    await showDocuments();
  }

  let shown = '';
  let drawn = 0;

  /** Draw the documents anew where they have changed. The search stays in its place, as someone may be typing in it. */
  async function showDocuments(force = false) {
    const mine = ++drawn;
    const fresh = await part('/parts/documents');
    const old = $('#ca-docs');
    if (!old || mine !== drawn) return;  // what was asked for later is newer
    const text = fresh.outerHTML;
    if (text === shown && !force) return;
    const first = !shown;
    shown = text;
    for (const row of $$('details[open]', old)) {
      const id = row.closest('[data-document]').dataset.document;
      $(`tr[data-document="${CSS.escape(id)}"] details`, fresh)?.setAttribute('open', '');
    }
    const heading = () => {
      const title = $('#ca-docs h2');
      title?.setAttribute('tabindex', '-1');
      return title;
    };
    if ($('#ca-find', old) && $('#ca-find', fresh)) {
      for (const half of ['.ca-total', '.ca-list']) swap($(half, old), $(half, fresh), heading);
    } else {
      swap(old, fresh, heading);
    }
    if (!first) changed();
  }

  // ---- sending files ---------------------------------------------------------------------------------------------

  const queue = [];
  let sending = null;

  function add(files) {
    for (const file of files) {
      const row = $('#ca-sending').content.firstElementChild.cloneNode(true);
      const item = { file, row, request: null };
      row.className = 'ca-waiting';
      $('b', row).textContent = file.name;
      $('p', row).textContent = words().wait;
      $('progress', row).hidden = true;
      const stop = $('button', row);
      stop.setAttribute('aria-label', fill(words().cancel, { name: file.name }));
      stop.addEventListener('click', () => end(item));
      $('#ca-sends').append(row);
      if (file.size > Number(words().most)) refuse(item, fill(words().large, { name: file.name }));
      else queue.push(item);
    }
    next();
  }

  function next() {
    if (sending || !queue.length) return;
    const item = sending = queue.shift();
    const { file, row } = item;
    const [bar, figures] = [$('progress', row), $('small', row)];
    row.className = '';
    bar.hidden = false;
    bar.max = Math.max(file.size, 1);
    bar.value = 0;
    bar.setAttribute('aria-label', file.name);
    $('p', row).textContent = words().sending;
    say(fill(words().begun, { name: file.name }));
    const request = item.request = new XMLHttpRequest();
    request.upload.addEventListener('progress', (event) => {
      bar.value = event.loaded;
      figures.textContent = fill(words().sent, { done: (event.loaded / MB).toFixed(1), size: (file.size / MB).toFixed(1) });
    });
    request.addEventListener('load', () => {
      if (request.status === 202) {
        // The row of the server takes the place of this one, so that nothing jumps.
        known = '';
        showJobs().catch(() => {}).finally(() => { end(item); follow(); });
      } else {
        refuse(item, errorIn(request) || fill(words().lost, { name: file.name }));
      }
    });
    request.addEventListener('error', () => refuse(item, fill(words().lost, { name: file.name })));
    request.open('POST', `/api/documents?name=${encodeURIComponent(file.name)}`);
    request.setRequestHeader('Content-Type', 'application/pdf');
    request.send(file);
  }

  function errorIn(request) {
    try { return JSON.parse(request.responseText).error || ''; } catch { return ''; }
  }

  /** Say on the row why a file is not taken; it stays until it is dismissed. */
  function refuse(item, why) {
    const { row, file } = item;
    row.className = 'ca-failed';
    $('progress', row).remove();
    $('small', row).textContent = '';
    const told = document.createElement('strong');
    told.textContent = why;
    $('p', row).replaceChildren(told);
    const button = $('button', row);
    button.textContent = words().dismiss;
    button.setAttribute('aria-label', fill(words().dismissFile, { name: file.name }));
    say(why);
    item.request = null;
    if (sending === item) sending = null;
    next();
  }

  function end(item) {
    const at = queue.indexOf(item);
    if (at >= 0) queue.splice(at, 1);
    const hadFocus = item.row.contains(document.activeElement);
    item.row.remove();
    if (hadFocus) $('[data-do="shelf-choose"]')?.focus();
    if (item.request && item.request.readyState < 4) item.request.abort();
    if (sending === item) {
      sending = null;
      next();
    }
  }

  addEventListener('beforeunload', (event) => { if (sending) event.preventDefault(); });

  // ---- drag and drop ---------------------------------------------------------------------------------------------

  let depth = 0;
  let plain = '';
  const brings = (event) => isShown() && [...(event.dataTransfer?.types || [])].includes('Files');

  function light(on) {
    const area = $('#ca-drop');
    if (!area || area.classList.contains('ca-over') === on) return;
    const text = $('strong', area);
    if (on) plain = text.textContent;
    text.textContent = on ? area.dataset.now : plain;
    area.classList.toggle('ca-over', on);
    if (on) area.scrollIntoView({ block: 'nearest' });
  }

  document.addEventListener('dragenter', (event) => { if (brings(event)) { event.preventDefault(); depth += 1; light(true); } });
  document.addEventListener('dragleave', (event) => { if (brings(event)) { depth = Math.max(0, depth - 1); light(depth > 0); } });
  document.addEventListener('dragover', (event) => {
    if (!brings(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = 'copy';
  });
  document.addEventListener('drop', (event) => {
    if (!brings(event)) return;
    event.preventDefault();
    depth = 0;
    light(false);
    add(event.dataTransfer.files);
  });

  // ---- searching inside --------------------------------------------------------------------------------------------

  let typing = 0;
  let searched = 0;

  async function find() {
    clearTimeout(typing);
    const [field, found] = [$('#ca-find'), $('#ca-found')];
    if (!field || !found) return;
    const query = field.value.trim();
    const number = ++searched;
    $('[data-do="shelf-clear"]').hidden = !field.value;
    if (!query) return found.replaceChildren();
    try {
      const fresh = await part(`/parts/found?q=${encodeURIComponent(query)}`);
      if (number !== searched) return;
      found.replaceChildren(fresh);
      say(fresh.dataset.said);
    } catch {
      if (number === searched) found.textContent = found.dataset.failed;
    }
  }

  // ---- one listener for each kind of event -------------------------------------------------------------------------

  let leaving = '';

  const ACTIONS = {
    'shelf-choose': () => $('#ca-files').click(),
    'shelf-drop': async (control) => {
      control.disabled = true;
      await ask('DELETE', `/api/jobs/${encodeURIComponent(control.dataset.id)}`).catch((error) => say(error.message));
      known = '';
      follow();
    },
    'shelf-load': async (control) => {
      control.disabled = true;
      try {
        await ask('POST', '/api/documents/shipped');
      } catch (error) {
        control.disabled = false;
        say(error.message);
      }
      follow();
    },
    remove: (control) => {
      const dialog = $('#ca-remove');
      leaving = control.dataset.document;
      $('#ca-remove-title').textContent = control.dataset.heading;
      $('#ca-remove-file').textContent = control.dataset.file;
      $('.ca-bad', dialog).hidden = true;
      dialog.showModal();
    },
    'shelf-keep': () => $('#ca-remove').close(),
    'shelf-remove': async (control) => {
      const dialog = $('#ca-remove');
      control.disabled = true;
      try {
        await ask('DELETE', `/api/documents/${encodeURIComponent(leaving)}`);
        dialog.close();
        known = '';
        follow();
      } catch (error) {
        const told = $('.ca-bad', dialog);
        told.textContent = error.message;
        told.hidden = false;
      }
      control.disabled = false;
    },
    'shelf-clear': () => {
      const field = $('#ca-find');
      field.value = '';
      find();
      field.focus();
    },
  };

  document.addEventListener('click', (event) => {
    const control = event.target.closest?.('[data-do]');
    if (control && !control.disabled && Object.hasOwn(ACTIONS, control.dataset.do)) ACTIONS[control.dataset.do](control);
  });

  document.addEventListener('change', async (event) => {
    const control = event.target;
    if (control.id === 'ca-files') {
      add(control.files);
      control.value = '';
    }
    if (control.dataset?.do === 'use') {
      const body = { document_id: control.dataset.document, use: control.checked };
      try {
        await ask('POST', '/api/documents/use', body);
        await showDocuments();
        changed();
      } catch (error) {
        control.checked = !control.checked;
        say(error.message);
      }
    }
  });

  document.addEventListener('input', (event) => {
    if (event.target.id !== 'ca-find') return;
    clearTimeout(typing);
    typing = setTimeout(find, TYPING_MS);
  });

  document.addEventListener('submit', (event) => {
    if (event.target.dataset.do !== 'shelf-find') return;
    event.preventDefault();
    find();
  });

  /** The page is shown: look at what has changed meanwhile. */
  document.addEventListener('ca-shelf', () => {
    if ($('#ca-find')?.value && !$('#ca-found')?.firstChild) find();  // drawn anew in another language
    known = '';
    follow();
  });
  if ($('#ca-shelf')) follow();
})();
