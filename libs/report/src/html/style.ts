/** The looks of a report: paper, whatever the colours around it. */
export const STYLE = `
.report{max-width:720px;margin:0 auto;padding:16px;background:#fff;color:#1a202c;font:14px/1.45 Inter,'Helvetica Neue',Arial,sans-serif;font-variant-numeric:tabular-nums}
.report h1{font-size:22px;line-height:1.25;margin:0}
.report h2{font-size:16px;margin:26px 0 6px;break-after:avoid}
.report p{margin:6px 0}
.report .subtitle{font-size:16px;margin:2px 0}
.report .quiet{color:#566070;font-size:13px}
.report .warning{border-left:4px solid #b0470a;padding:4px 0 4px 10px;background:#fdf3ea}
.report figure{margin:18px 0;break-inside:avoid}
.report svg{display:block;width:100%;height:auto}
.report .scroll{overflow-x:auto;margin:12px 0}
.report table{border-collapse:collapse;width:100%;font-size:13px}
.report caption{text-align:left;color:#566070;padding:0 0 4px}
.report th,.report td{text-align:left;padding:4px 8px 4px 0;border-bottom:1px solid #e6e9ee;font-weight:400;vertical-align:middle}
.report thead th{font-weight:600;border-bottom:1px solid #7a8494}
.report .n{text-align:right}
.report td svg{width:150px;margin-left:auto}
.report thead{display:table-header-group}
.report tr{break-inside:avoid}
@media (max-width:600px){.report{padding:8px}.report table{font-size:12px}.report th,.report td{padding-right:5px}.report td svg{width:84px}}
@media print{.report{max-width:none;padding:0;font-size:10.5pt}.report .scroll{overflow:visible}}
@page{margin:15mm}
`.trim();
