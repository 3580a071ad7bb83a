/** The colours of all pages and plots, as custom properties of CSS, on light paper. */
export const LIGHT = `
  --paper:#fbfaf7;--surface:#fff;--text:#1d1b19;--muted:#625d57;--rule:#dedad3;--faint:#f1eee8;
  --accent:#9d2235;--base:#51719c;--sequence:#b0243c;--truth:#8f5d10;--band:#f6dfe2;--reference:#7d7770;
  --mark:#fff;--mark-back:#9d2235;--notice:#fdf5e6;--notice-rule:#d9a441;--edge:rgb(40 30 20/.28);
  --run1:#1f5fa8;--run2:#b0243c;--run3:#2f7d32;--run4:#a86400;--run5:#6a3fb0;--run6:#00796b;--run7:#a8327d;--run8:#5d5750;`.trim();

/** The same on dark. */
export const DARK = `
  --paper:#151413;--surface:#1d1b1a;--text:#ece8e1;--muted:#a8a199;--rule:#38342f;--faint:#262321;
  --accent:#f0808f;--base:#8fb3e2;--sequence:#f27c8b;--truth:#e0a94a;--band:#46232a;--reference:#968f86;
  --mark:#1b0f11;--mark-back:#f0808f;--notice:#2a2315;--notice-rule:#a57c2c;--edge:rgb(255 240 225/.26);
  --run1:#7fb2f0;--run2:#f27c8b;--run3:#7ccf82;--run4:#e8b04a;--run5:#b79af0;--run6:#5fc9b8;--run7:#e68ac4;--run8:#b8b0a6;`.trim();
