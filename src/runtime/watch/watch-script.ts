/** How long the page waits before it looks again. Milliseconds. */
const EACH_MS = 2000;

/**
 * What keeps the page at what the run is: plain JavaScript, one text, named by its hash in the page's content policy. It asks where it came
 * from alone, and only puts in place what has changed; what is open or chosen stays so.
 */
export const WATCH_SCRIPT = `'use strict';
let tag = null;
const gone = document.createElement('p');
gone.className = 'notice';
const say = (text) => { gone.textContent = text; document.body.prepend(gone); };
const look = async () => {
  try {
    const answer = await fetch(location.href, { headers: tag ? { 'If-None-Match': tag } : {}, cache: 'no-store' });
    if (answer.status === 200) {
      tag = answer.headers.get('ETag');
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      const chosen = [...document.querySelectorAll('main input:checked')].map((one) => one.id);
      const open = [...document.querySelectorAll('main details')].map((one) => one.open);
      document.querySelector('main').replaceWith(document.adoptNode(page.querySelector('main')));
      for (const id of chosen) { const one = document.getElementById(id); if (one) one.checked = true; }
      document.querySelectorAll('main details').forEach((one, i) => { one.open = open[i] || one.open; });
      document.title = page.title;
    }
    if (answer.status >= 400) say(await answer.text());
    else gone.remove();
  } catch {
    say('Nobody answers any more: ichor watch has ended. This is how the run stood last.');
  }
  setTimeout(look, ${EACH_MS});
};
setTimeout(look, ${EACH_MS});
`;
