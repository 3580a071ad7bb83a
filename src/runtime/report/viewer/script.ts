/**
 * What moves a viewer: plain JavaScript, one text, so that the page's content policy can name it by its hash. All that it shows is in the
 * page: pictures, maps, numbers. Without it the viewers stay hidden, and the page is what it is without maps.
 */
export const VIEWER_SCRIPT = `'use strict';
for (const viewer of document.querySelectorAll('[data-viewer]')) {
  const data = JSON.parse(viewer.querySelector('script').textContent);
  const find = (name) => viewer.querySelector('[data-' + name + ']');
  const picture = find('picture'), map = find('map'), stage = find('stage'), range = find('range');
  const label = find('label'), shown = find('shown'), said = find('said'), cursor = find('cursor');
  const windows = [...viewer.querySelectorAll('[data-window]')];
  let at = data.start;
  const show = () => {
    const slice = data.slices[at];
    const channel = Math.max(0, windows.findIndex((one) => one.checked));
    picture.src = slice.pictures[channel] || data.none;
    const heat = shown.checked ? slice.maps[label.selectedIndex] : null;
    map.hidden = !heat;
    if (heat) map.src = heat;
    range.value = at;
    const left = data.first + (at + 0.5) * data.wide;
    cursor.setAttribute('x1', left);
    cursor.setAttribute('x2', left);
    const why = slice.pictures.length === 0 ? 'No picture: its place is interpolated. '
      : shown.checked && !slice.maps[label.selectedIndex] ? 'Nothing in it speaks for ' + label.value + '. ' : '';
    said.textContent = slice.said + ' ' + why;
    range.setAttribute('aria-valuetext', slice.said);
    picture.alt = slice.alt;
  };
  const to = (place) => {
    const next = Math.min(Math.max(place, 0), data.slices.length - 1);
    if (next === at) return false;
    at = next;
    show();
    return true;
  };
  range.addEventListener('input', () => to(Number(range.value)));
  for (const one of [...windows, label, shown]) one.addEventListener('change', show);
  for (const step of viewer.querySelectorAll('[data-step]'))
    step.addEventListener('click', () => to(at + Number(step.dataset.step)));
  stage.addEventListener('keydown', (event) => {
    const steps = { ArrowUp: -1, ArrowLeft: -1, ArrowDown: 1, ArrowRight: 1, PageUp: -5, PageDown: 5, Home: -1e9, End: 1e9 };
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key in steps) to(at + steps[event.key]);
    else if (event.key === 'm') { shown.checked = !shown.checked; show(); }
    else if (event.key === 'w' && windows.length > 1) {
      windows[(windows.findIndex((one) => one.checked) + 1) % windows.length].checked = true;
      show();
    } else return;
    event.preventDefault();
  });
  let turned = 0;
  stage.addEventListener('wheel', (event) => {
    if (event.ctrlKey) return;
    turned += event.deltaMode === 0 ? event.deltaY / 40 : event.deltaY;
    const steps = Math.trunc(turned);
    if (steps === 0) { event.preventDefault(); return; }
    turned -= steps;
    // At either end the page goes on scrolling.
    if (to(at + Math.sign(steps))) event.preventDefault();
  }, { passive: false });
  let from = null;
  stage.addEventListener('pointerdown', (event) => {
    from = { x: event.clientX, at };
    stage.setPointerCapture(event.pointerId);
  });
  stage.addEventListener('pointermove', (event) => {
    if (from) to(from.at + Math.round((event.clientX - from.x) / 12));
  });
  for (const end of ['pointerup', 'pointercancel']) stage.addEventListener(end, () => { from = null; });
  find('plot').addEventListener('click', (event) => {
    const box = event.currentTarget.getBoundingClientRect();
    to(Math.floor(((event.clientX - box.left) / box.width * data.width - data.first) / data.wide));
  });
  show();
  viewer.hidden = false;
}
`;
