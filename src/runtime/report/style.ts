import { DARK, LIGHT } from './palette.ts';

/** The one style sheet of all pages (report, sweep, table): system fonts, light and dark, narrow and print. Plots take their colours from it too. */
export const STYLE = `
:root{
  color-scheme:light dark;
${LIGHT}
}
@media (prefers-color-scheme:dark){:root{
${DARK}
}}
*{box-sizing:border-box}
html{scroll-behavior:smooth;scroll-padding-top:3.4rem;-webkit-text-size-adjust:100%}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
body{margin:0;background:var(--paper);color:var(--text);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;overflow-wrap:anywhere}
main{max-width:80rem;margin:0 auto;padding:2.5rem 2rem 3rem}
h1,h2,h3{line-height:1.2;letter-spacing:-.012em;text-wrap:balance}
h1{font-size:clamp(1.9rem,4.5vw,2.9rem);margin:.2rem 0 .6rem;font-weight:700}
h2{font-size:1.55rem;margin:0 0 .9rem}
h2.small{font-size:1rem;margin:2rem 0 .6rem;color:var(--muted);font-weight:600;letter-spacing:0}
h3{font-size:1.1rem;margin:1.8rem 0 .5rem}
p{margin:.6rem 0;max-width:72ch}
a{color:var(--accent);text-underline-offset:.15em}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px;border-radius:3px}
.skip{position:absolute;left:-99rem}
.skip:focus{left:1rem;top:1rem;background:var(--surface);padding:.5rem 1rem;z-index:2}
nav{position:sticky;top:0;z-index:1;border-bottom:1px solid var(--rule);background:var(--surface)}
nav ol{display:flex;gap:1.3rem;list-style:none;margin:0 auto;padding:.45rem 2rem;max-width:80rem;font-size:.875rem;white-space:nowrap;overflow-x:auto;scrollbar-width:none}
nav ol::-webkit-scrollbar{display:none}
nav a{color:var(--muted);text-decoration:none;display:inline-block;padding:.2rem 0}
nav a:hover{color:var(--accent);text-decoration:underline}
.kicker{font-size:.8rem;letter-spacing:.09em;text-transform:uppercase;color:var(--accent);font-weight:650;margin:0}
.lead{color:var(--muted);margin:.3rem 0;max-width:80ch}
.mark{display:inline-block;font-size:.42em;letter-spacing:.08em;font-weight:750;background:var(--mark-back);color:var(--mark);padding:.28em .6em;border-radius:.3em;vertical-align:.38em}
.notice{border-left:4px solid var(--notice-rule);background:var(--notice);padding:.8rem 1.1rem;margin:1.4rem 0;border-radius:0 6px 6px 0;font-size:.92rem}
.notice p{margin:.3rem 0;max-width:90ch}
.said{border:1px solid var(--rule);border-left:4px solid var(--accent);background:var(--surface);padding:.8rem 1.1rem;margin:1.4rem 0;border-radius:0 6px 6px 0;font-size:.94rem}
.said h2.small{margin:0 0 .4rem;color:var(--text)}
.recipe-notes{margin:1.2rem 0 0;font-size:.94rem}.recipe-notes h2.small{margin:0 0 .3rem;color:var(--text)}.recipe-notes ul{margin:0;padding-left:1.1rem}.recipe-notes li{margin:.25rem 0;max-width:95ch}
.said ul{margin:0;padding-left:1.1rem}.said li{margin:.35rem 0;max-width:95ch}.said .information{color:var(--muted)}
.said span{display:block;color:var(--muted);font-size:.92em}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(13rem,1fr));gap:1rem;margin:.6rem 0 0}
.tile{background:var(--surface);border:1px solid var(--rule);border-radius:10px;padding:.9rem 1.1rem 1rem}
.tile dt{font-size:.82rem;color:var(--muted)}
.tile dd{margin:.25rem 0 0}
.tile strong{display:block;font-variant-numeric:tabular-nums;letter-spacing:-.015em}
.tile .number{font-size:2rem;line-height:1.15}
.tile .words{font-size:1.08rem;line-height:1.3;padding:.3rem 0}
.tile span{display:block;font-size:.82rem;color:var(--muted);margin-top:.2rem}
section{margin-top:3.2rem;padding-top:1.6rem;border-top:1px solid var(--rule)}
.paper{background:var(--faint);border-radius:8px;padding:.8rem 1.1rem;max-width:none;font-size:.94rem}
.paper p{margin:0}.paper ul{margin:.3rem 0 0;padding-left:1.2rem}
.table{margin:1.1rem 0;border:1px solid var(--rule);border-radius:10px;background:var(--surface)}
.scroll{overflow-x:auto;container-type:inline-size;scroll-timeline:--sideways inline}
.scroll,pre,nav ol{background-color:var(--surface);background-image:linear-gradient(to right,var(--surface) 40%,transparent),linear-gradient(to left,var(--surface) 40%,transparent),linear-gradient(to right,var(--edge),transparent),linear-gradient(to left,var(--edge),transparent);background-position:left,right,left,right;background-size:2.6rem 100%,2.6rem 100%,.9rem 100%,.9rem 100%;background-repeat:no-repeat;background-attachment:local,local,scroll,scroll}
@supports (animation-timeline:scroll()){
  .scroll caption span::after{content:" · scroll →";color:var(--accent);font-size:0;white-space:nowrap;animation:more linear both;animation-timeline:--sideways}
  @keyframes more{0%,99%{font-size:.82rem}100%{font-size:0}}
}
table{border-collapse:collapse;width:100%;font-size:.9rem;font-variant-numeric:tabular-nums}
caption{text-align:left;padding:0}
caption span{position:sticky;left:0;display:inline-block;max-width:100cqi;font-weight:650;font-size:.9rem;padding:.75rem .9rem .4rem}
th,td{padding:.42rem .9rem;text-align:left;vertical-align:baseline;white-space:nowrap;border-top:1px solid var(--rule);font-weight:400}
thead th{color:var(--muted);font-size:.8rem;font-weight:600;border-top:0;white-space:normal;vertical-align:bottom}
.scroll :is(th,td){overflow-wrap:normal}
tbody th{font-weight:500}
.n{text-align:right}
.withheld{color:var(--muted)}
.range{display:block;color:var(--muted);font-size:.82em}
@media screen{.scroll thead th.n{min-width:5.6rem}}
.wrap{white-space:normal;min-width:13rem;overflow-wrap:normal}
.words{display:inline-block;white-space:normal;min-width:min-content;max-width:13rem}
.row-head{display:block;white-space:normal;min-width:13rem;overflow-wrap:break-word}
tbody tr:hover{background:var(--faint)}
.id{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.86em}
thead .id{font-family:inherit;font-size:.8rem}
.wrong{color:var(--accent);font-weight:650}
.note{font-size:.88rem;color:var(--muted)}
details{margin:.7rem 0}
summary{cursor:pointer;color:var(--muted);font-size:.92rem;padding:.2rem 0}
summary:hover{color:var(--accent)}
figure{margin:0}
figcaption{font-size:.88rem;color:var(--muted);margin-bottom:.2rem}
.pair figcaption{display:flex;flex-wrap:wrap;gap:.1rem 1rem}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,24rem),1fr));gap:1.2rem}
.pair figure{background:var(--surface);border:1px solid var(--rule);border-radius:10px;padding:.8rem .8rem .4rem}
.triple{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,18rem),1fr));gap:1rem}
.triple figure{background:var(--surface);border:1px solid var(--rule);border-radius:10px;padding:.7rem .6rem .4rem;max-width:30rem}
.triple figcaption{padding-left:.3rem}
.chooser{border:0;padding:0;margin:1rem 0;min-width:0}
.chooser legend{font-size:.88rem;color:var(--muted);padding:0;margin-bottom:.35rem}
.chooser>input{position:absolute;opacity:0;width:1px;height:1px;margin:0}
.chooser>label{display:inline-block;border:1px solid var(--rule);background:var(--surface);border-radius:99px;padding:.22rem .85rem;margin:0 .35rem .4rem 0;font-size:.88rem;cursor:pointer}
.chooser>label:hover{border-color:var(--accent)}
.chooser>input:checked+label{background:var(--mark-back);color:var(--mark);border-color:var(--mark-back)}
.chooser>input:focus-visible+label{outline:3px solid var(--accent);outline-offset:2px}
.panel{display:none}.panel-title{display:none}
.chooser>input:nth-of-type(1):checked~.panels>.panel:nth-of-type(1),
.chooser>input:nth-of-type(2):checked~.panels>.panel:nth-of-type(2),
.chooser>input:nth-of-type(3):checked~.panels>.panel:nth-of-type(3),
.chooser>input:nth-of-type(4):checked~.panels>.panel:nth-of-type(4),
.chooser>input:nth-of-type(5):checked~.panels>.panel:nth-of-type(5),
.chooser>input:nth-of-type(6):checked~.panels>.panel:nth-of-type(6),
.chooser>input:nth-of-type(7):checked~.panels>.panel:nth-of-type(7),
.chooser>input:nth-of-type(8):checked~.panels>.panel:nth-of-type(8){display:block}
.matrices{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,24rem),1fr));gap:1rem;margin:1rem 0}.matrix{max-width:37.5rem}
.matrix{background:var(--surface);border:1px solid var(--rule);border-collapse:separate;border-spacing:4px;border-radius:10px;padding:.2rem .4rem .4rem;table-layout:fixed}
.matrix caption span{padding:.2rem .2rem .5rem}
.matrix th,.matrix td{border:0;text-align:center;padding:.35rem .4rem;white-space:normal;vertical-align:middle}
.matrix tbody th,.matrix thead td{width:5.2rem;text-align:left}
.matrix thead th{vertical-align:middle}
.matrix tbody td{padding:.75rem .3rem;border-radius:6px;background:var(--faint)}
.matrix .off b{color:var(--accent)}
.matrix b{font-size:1.35rem;display:block;line-height:1.2}.matrix small{color:var(--muted)}
.matrix tr:hover{background:none}
.plot svg{display:block;width:100%;height:auto;font-family:inherit}
.plot.narrow{display:none}
.key{display:inline-flex;align-items:center;gap:.4rem;white-space:nowrap}
.key::before{content:"";width:1.3rem;border-top:3px solid var(--c)}
.key.dashed::before{border-top-style:dashed;border-top-width:2px}
.key.block::before{width:.9rem;height:.8rem;border:0;background:var(--c)}
.key.ring::before{width:.62rem;height:.62rem;border:2px solid var(--muted);border-radius:50%}
.keys{font-size:.88rem;color:var(--muted);max-width:none}
.keys{display:flex;flex-wrap:wrap;gap:.2rem 1.3rem}
.card{background:var(--surface);border:1px solid var(--rule);border-radius:12px;padding:1.1rem 1.3rem 1.2rem;margin:1.3rem 0}
.card h3{margin:0}
.card h3 .id{color:var(--muted);font-weight:500;margin-left:.4rem}
.facts{font-size:.88rem;color:var(--muted);max-width:none;margin:.25rem 0 .6rem}
.slices{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,20rem),1fr));gap:.4rem 1.6rem;border-top:1px solid var(--rule);margin-top:1rem;padding-top:.9rem}
.sheet{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,17rem),1fr));gap:.4rem 1rem}
.slice{max-width:36rem;display:grid;grid-template-rows:subgrid;grid-row:span 3;align-content:start;margin-bottom:.8rem}
.slice figcaption{color:var(--text);margin:0}
.scores{align-self:start}
.slice figcaption .id{color:var(--muted);margin-left:.4rem}
.windows{display:flex;gap:.5rem}
.windows div{flex:1 1 0;min-width:0;max-width:11rem;font-size:.8rem;color:var(--muted)}
.places rect{fill:transparent}.places rect:hover{fill:var(--muted);fill-opacity:.16}
.windows small{display:block}
.windows img{display:block;width:100%;height:auto;aspect-ratio:1;background:#000;border-radius:5px;margin-bottom:.25rem}
.scores{font-size:.84rem}
.scores th,.scores td{padding:.16rem .35rem;border-top:0;border-bottom:1px solid var(--rule)}
.scores .yes th,.scores .yes td:nth-child(2){font-weight:700;color:var(--truth)}
.bar{background:linear-gradient(to right,var(--band) calc(var(--p)*100%),transparent 0) no-repeat .25rem 50%/calc(100% - .5rem) 74%}
.viewer{display:grid;grid-template-columns:minmax(0,20rem) minmax(0,1fr);gap:1rem 1.4rem;border-top:1px solid var(--rule);margin-top:1rem;padding-top:1rem}.viewer[hidden]{display:none}
.stage{position:relative;aspect-ratio:1;background:#000;border-radius:6px;overflow:hidden;cursor:ew-resize;touch-action:pan-y;user-select:none}
.stage img{position:absolute;inset:0;width:100%;height:100%;pointer-events:none}.stage img[hidden]{display:none}
.viewer p,.switches{margin:.5rem 0;font-size:.9rem}.viewer-title{color:var(--muted)}.said-of{min-height:3.1em;font-variant-numeric:tabular-nums}
.steps{display:flex;gap:.5rem;align-items:center}.steps input{flex:1;min-width:0;accent-color:var(--accent)}
.steps button,.switches select{font:inherit;color:var(--text);background:var(--surface);border:1px solid var(--rule);border-radius:6px;padding:.25rem .7rem;min-height:2.2rem}
.switches{border:0;padding:0;display:flex;flex-wrap:wrap;gap:.2rem 1rem;align-items:center}.switches legend{color:var(--muted);float:left;margin-right:1rem;padding:0}.switches label{white-space:nowrap}.switches input{accent-color:var(--accent)}
.along{display:block;width:100%;height:auto;background:var(--faint);border-radius:6px;cursor:pointer;margin:.5rem 0}
.facts-list{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,20rem),1fr));gap:.7rem 1.6rem;margin:.5rem 0 1.2rem}
.facts-list dt,.defs dt{font-size:.84rem;color:var(--muted)}
.facts-list dd,.defs dd{margin:0}
.defs>div{display:grid;grid-template-columns:13rem 1fr;gap:.2rem 1.4rem;padding:.55rem 0;border-bottom:1px solid var(--rule)}
.defs dt{font-size:.94rem;color:var(--text);font-weight:600}
.items{font-size:.86rem;padding-left:1.2rem}
pre{border:1px solid var(--rule);border-radius:10px;padding:1rem 1.2rem;overflow-x:auto;font:.82rem/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
.yaml b{font-weight:600;color:var(--base)}.yaml i{color:var(--muted)}.yaml em{font-style:normal}
footer{max-width:80rem;margin:0 auto;padding:1rem 2rem 3rem;color:var(--muted);font-size:.85rem}
@media (max-width:44rem){
  main{padding:1.4rem 1rem 2rem}nav ol{padding:.4rem 1rem;gap:1rem}footer{padding:1rem}
  .plot.wide{display:none}.plot.narrow{display:block}
  .card{padding:.9rem .8rem}
  .defs>div,.viewer{grid-template-columns:1fr}
  .scroll tbody th{position:sticky;left:0;background:var(--surface);white-space:normal}.scroll tbody th[class=""]{min-width:7.6rem}.kind{display:block;color:var(--muted);font-size:.82em}
  .scroll :is(th,td){padding-inline:.6rem}
  .row-head{min-width:9rem;max-width:11rem}table:has(.row-head) :is(th,td){padding-inline:.7rem}.seed{display:inline-block;width:8.4rem;white-space:normal}
  .tiles{grid-template-columns:repeat(auto-fit,minmax(9rem,1fr));gap:.7rem}
  .tile{padding:.7rem .8rem}.tile .number{font-size:1.55rem}.tile .words{font-size:1rem}
}
@media print{
  :root{--paper:#fff;--surface:#fff;--text:#000;--muted:#444;--rule:#bbb;--faint:#f3f3f3;--accent:#7d1426;--base:#2f5688;--sequence:#a01530;--truth:#8a5a10;--band:#f3d9dd;--reference:#666;--mark:#fff;--mark-back:#7d1426;--notice:#fff;--notice-rule:#b58a2e;--run1:#1f5fa8;--run2:#b0243c;--run3:#2f7d32;--run4:#a86400;--run5:#6a3fb0;--run6:#00796b;--run7:#a8327d;--run8:#5d5750}
  .mark{background:none;color:#7d1426;border:2px solid #7d1426}nav,.skip,.viewer{display:none}main{max-width:none;padding:0}body{font-size:10.5pt}
  .card,.tile,.pair figure,.slice,.matrix,tr{break-inside:avoid}h2,h3{break-after:avoid}
  .scroll,pre{overflow:visible;background-image:none}.scroll caption span::after{content:none}.scroll{container-type:normal}caption span{max-width:none}table{font-size:8pt}thead th,caption span{font-size:8.5pt}tbody th{overflow-wrap:normal}th,td{white-space:normal;padding:.25rem .4rem}.wrap,.row-head{min-width:0}pre{white-space:pre-wrap}
  .chooser>legend,.chooser>input,.chooser>label{display:none}.chooser .panels>.panel,.panel .panel-title{display:block}.panel .panel-title{margin:.8rem 0 0}.triple{grid-template-columns:repeat(3,1fr)}.triple figure{break-inside:avoid}
  details::details-content{content-visibility:visible;block-size:auto;opacity:1}
}
`;
