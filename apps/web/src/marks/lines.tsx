import { type KeyboardEvent, useLayoutEffect, useRef } from 'react';
import uPlot from 'uplot';
import { COLOURS } from '../look/colours.js';
import { useColours } from '../look/scheme.js';

/** One line over the days; `null` is a gap. */
export interface Line {
  readonly label: string;
  readonly values: readonly (number | null)[];
  readonly colour: string;
  readonly dash?: readonly number[];
  readonly width?: number;
}

/** A filled ground between two lines, by their places in the list. */
interface Band {
  readonly above: number;
  readonly below: number;
  readonly fill: string;
}

/** A sign on a point of a line. */
export interface Sign {
  readonly at: number;
  /** Place of its line in the list. */
  readonly line: number;
  /** `ring`: the value was another one. `diamond`: it stands out. */
  readonly sign: 'ring' | 'diamond';
  readonly colour: string;
}

/** A bar with a dot: between what a value will lie, and what is expected of it. */
export interface Range {
  readonly at: number;
  readonly low: number;
  readonly expected: number;
  readonly high: number;
  readonly colour: string;
}

interface LinesProps {
  /** Places on the axis, ascending: seconds since the epoch, or any number with `ticks`. */
  readonly xs: readonly number[];
  readonly lines: readonly Line[];
  readonly bands?: readonly Band[];
  /** Shown part of the axis; everything when undefined. */
  readonly span?: readonly [number, number] | undefined;
  /** Places that are hatched, and whose lines are faint: not complete. */
  readonly incomplete?: readonly boolean[];
  /** Lines are as strong there as elsewhere, for they say how complete a day is. */
  readonly solid?: boolean;
  /** Places with a mark at the foot: withheld or withdrawn. */
  readonly marks?: readonly { readonly at: number; readonly colour: string }[];
  readonly signs?: readonly Sign[];
  readonly ranges?: readonly Range[];
  /** A rule across: now, or the chosen day. */
  readonly rules?: readonly { readonly x: number; readonly label: string }[];
  readonly height: number;
  readonly label: string;
  /** Writes a place under the axis; the calendar when undefined. */
  ticks?(x: number): string;
  readonly steps?: readonly number[];
  /** The calendar stands for every year. */
  readonly yearless?: boolean;
  readonly most?: number;
  unit(y: number): string;
  /** The place under the cursor, undefined when it has left. */
  onPoint?(index: number | undefined): void;
  onChoose?(index: number, line: number): void;
  onSpan?(span: readonly [number, number] | undefined): void;
}

type Colours = (typeof COLOURS)['light'];
const FONT = '12px Inter, system-ui, sans-serif';

function hatch(
  context: CanvasRenderingContext2D,
  box: { x: number; y: number; w: number; h: number },
  colour: string,
): void {
  context.save();
  context.beginPath();
  context.rect(box.x, box.y, box.w, box.h);
  context.clip();
  context.strokeStyle = colour;
  context.lineWidth = devicePixelRatio;
  const step = 6 * devicePixelRatio;
  context.beginPath();
  for (let at = Math.floor((box.x - box.h) / step) * step; at < box.x + box.w; at += step) {
    context.moveTo(at, box.y + box.h);
    context.lineTo(at + box.h, box.y);
  }
  context.stroke();
  context.restore();
}

const MONTH = new Intl.DateTimeFormat('en-US', { timeZone: 'UTC', month: 'short' });
const MONTH_DAY = new Intl.DateTimeFormat('en-US', { timeZone: 'UTC', month: 'short', day: 'numeric' });
const DAYS_OF_MONTH = 28;

/** Months, or days of them; the year under the first of each. */
function calendar(seconds: readonly number[], { step, yearless }: { step: number; yearless: boolean }): string[] {
  const dates = seconds.map((at) => new Date(at * 1000));
  return dates.map((date, i) => {
    const text = (step >= DAYS_OF_MONTH * 86_400 ? MONTH : MONTH_DAY).format(date);
    const isFirst = i === 0 || dates[i - 1]!.getUTCFullYear() !== date.getUTCFullYear();
    return isFirst && !yearless ? `${text}\n${date.getUTCFullYear()}` : text;
  });
}

/** Makes the pieces of lines in a box faint: they will still change. */
function veil(
  context: CanvasRenderingContext2D,
  { x, y, w, h }: { x: number; y: number; w: number; h: number },
  ground: string,
): void {
  context.save();
  context.globalAlpha = 0.6;
  context.fillStyle = ground;
  context.fillRect(x, y, w, h);
  context.restore();
}

/** Over the lines: hatched days, marks, signs and rules. */
function decorations(props: () => LinesProps, colours: Colours): uPlot.Hooks.Arrays {
  return {
    draw: [
      (plot) => {
        const { incomplete, solid, xs } = props();
        if (!incomplete) return;
        const { top, height, left, width } = plot.bbox;
        for (let i = 0; i < xs.length; i++) {
          if (!incomplete[i]) continue;
          const start = i;
          while (i + 1 < xs.length && incomplete[i + 1]) i++;
          const half = ((xs[1] ?? xs[0]! + 1) - xs[0]!) / 2;
          const from = Math.max(left, plot.valToPos(xs[start]! - half, 'x', true));
          const to = Math.min(left + width, plot.valToPos(xs[i]! + half, 'x', true));
          if (to <= from) continue;
          const box = { x: from, y: top, w: to - from, h: height };
          if (!solid) veil(plot.ctx, box, colours.ground);
          hatch(plot.ctx, box, colours.hatch);
        }
      },
      (plot) => {
        const { marks = [], rules = [], signs = [], ranges = [], xs, lines } = props();
        const { top, height, left, width } = plot.bbox;
        const { ctx } = plot;
        const px = devicePixelRatio;
        for (const { at, colour } of marks) {
          const x = plot.valToPos(xs[at]!, 'x', true);
          if (x < left || x > left + width) continue;
          ctx.fillStyle = colour;
          ctx.fillRect(x - px, top + height - 9 * px, 2 * px, 9 * px);
        }
        for (const { at, low, expected, high, colour } of ranges) {
          const x = plot.valToPos(xs[at]!, 'x', true);
          if (x < left || x > left + width) continue;
          const [bottom, middle, y] = [low, expected, high].map((value) => plot.valToPos(value, 'y', true)) as [
            number,
            number,
            number,
          ];
          ctx.strokeStyle = ctx.fillStyle = colour;
          ctx.lineWidth = 1.4 * px;
          ctx.beginPath();
          for (const end of [bottom, y]) {
            ctx.moveTo(x - 3 * px, end);
            ctx.lineTo(x + 3 * px, end);
          }
          ctx.moveTo(x, bottom);
          ctx.lineTo(x, y);
          ctx.stroke();
          ctx.beginPath();
          ctx.arc(x, middle, 3 * px, 0, 2 * Math.PI);
          ctx.fill();
        }
        for (const { at, line, sign, colour } of signs) {
          const value = lines[line]?.values[at] ?? null;
          const x = plot.valToPos(xs[at]!, 'x', true);
          if (value === null || x < left || x > left + width) continue;
          const y = plot.valToPos(value, 'y', true);
          ctx.beginPath();
          if (sign === 'ring') ctx.arc(x, y, 4 * px, 0, 2 * Math.PI);
          else {
            ctx.moveTo(x, y - 7 * px);
            for (const [dx, dy] of [
              [7, 0],
              [0, 7],
              [-7, 0],
            ] as const)
              ctx.lineTo(x + dx * px, y + dy * px);
            ctx.closePath();
          }
          ctx.fillStyle = sign === 'ring' ? colours.ground : colour;
          ctx.strokeStyle = sign === 'ring' ? colour : colours.ground;
          ctx.lineWidth = 1.6 * px;
          ctx.fill();
          ctx.stroke();
        }
        for (const { x: value, label } of rules) {
          const x = Math.round(plot.valToPos(value, 'x', true));
          if (x < left || x > left + width) continue;
          ctx.save();
          ctx.strokeStyle = colours.axis;
          ctx.setLineDash([3 * px, 3 * px]);
          ctx.beginPath();
          ctx.moveTo(x, top);
          ctx.lineTo(x, top + height);
          ctx.stroke();
          ctx.fillStyle = colours.quiet;
          ctx.font = `${11 * px}px Inter, system-ui, sans-serif`;
          ctx.textAlign = x > left + width - 90 * px ? 'right' : 'left';
          ctx.fillText(label, x + (ctx.textAlign === 'right' ? -5 : 5) * px, top + 12 * px);
          ctx.restore();
        }
      },
    ],
  };
}

const dataOf = ({ xs, lines }: LinesProps): uPlot.AlignedData =>
  [xs, ...lines.map(({ values }) => values)] as unknown as uPlot.AlignedData;

const widthOf = (place: HTMLElement): number => Math.max(120, place.clientWidth);

interface Making {
  readonly props: LinesProps;
  readonly colours: Colours;
  readonly width: number;
  /** The properties of now. */
  current(): LinesProps;
  /** Everything is drawn. */
  told(): void;
}

function optionsOf({ props, current, colours, width, told }: Making): uPlot.Options {
  const { lines, bands = [], height, ticks, steps, most, yearless = false } = props;
  const { draw = [] } = decorations(current, colours);
  const axis = { stroke: colours.quiet, font: FONT, ticks: { show: false }, grid: { stroke: colours.grid, width: 1 } };
  return {
    width,
    height,
    legend: { show: false },
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
    padding: [10, 14, 0, 0],
    scales: {
      x: {
        time: ticks === undefined,
        range: (_, low, high) => [...(current().span ?? [low, high])] as [number, number],
      },
      y: {
        range: (_, __, high) => {
          const ranges = current().ranges?.map((one) => one.high) ?? [];
          return [0, Math.max(1, most ?? Math.max(high ?? 1, ...ranges) * 1.06)];
        },
      },
    },
    axes: [
      {
        ...axis,
        values: (_, values, __, ___, step) => (ticks ? values.map(ticks) : calendar(values, { step, yearless })),
        ...(steps ? { incrs: [...steps] } : {}),
        space: ticks ? 46 : 70,
        size: ticks ? 30 : 46,
      },
      { ...axis, size: 58, values: (_, values) => values.map((value) => current().unit(value)) },
    ],
    bands: bands.map(({ above, below, fill }) => ({ series: [above + 1, below + 1], fill })),
    series: [
      {},
      ...lines.map(({ label, colour, dash, width = 1.6 }) => ({
        label,
        stroke: colour,
        width,
        spanGaps: false,
        ...(dash ? { dash: [...dash] } : {}),
        points: { show: false },
      })),
    ],
    cursor: {
      drag: { x: props.onSpan !== undefined, y: false, setScale: false },
      points: { size: 7 },
      focus: { prox: 40 },
    },
    focus: { alpha: 0.35 },
    hooks: {
      draw: [...draw, told],
      setCursor: [(plot) => current().onPoint?.(plot.cursor.idx ?? undefined)],
      setSelect: [
        (plot) => {
          const { left, width } = plot.select;
          if (width > 4) current().onSpan?.([plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x')]);
          plot.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
        },
      ],
      ready: [
        (plot) => {
          let focused = 0;
          plot.hooks.setSeries = [(_, at) => (focused = at ?? 0)];
          let down = 0;
          plot.over.addEventListener('pointerdown', ({ clientX }) => (down = clientX));
          plot.over.addEventListener('click', ({ clientX }) => {
            const { idx } = plot.cursor;
            if (Math.abs(clientX - down) < 4 && typeof idx === 'number')
              current().onChoose?.(idx, Math.max(0, focused - 1));
          });
          plot.over.addEventListener('dblclick', () => current().onSpan?.(undefined));
        },
      ],
    },
  };
}

/** Lines on a canvas: drawn once, redrawn in milliseconds, zoomed without a request. */
export function Lines(props: LinesProps) {
  const colours = useColours();
  const holder = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(null);
  const latest = useRef(props);
  latest.current = props;
  const { lines, xs, span, height, label } = props;
  // Everything that the plot is made of; values and spans are set on the one there is.
  const structure = JSON.stringify([
    lines.map(({ colour, dash, width }) => [colour, dash, width]),
    props.bands,
    props.most,
    height,
    colours.ground,
  ]);

  const isNew = useRef(false);
  const began = useRef<number>(undefined);
  useLayoutEffect(() => {
    const place = holder.current!;
    began.current = performance.now();
    const told = (): void => {
      const hasNumbers = latest.current.lines.some(({ values }) => values.some((value) => value !== null));
      if (began.current !== undefined && hasNumbers) performance.measure('lines drawn', { start: began.current });
      began.current = undefined;
    };
    const made = new uPlot(
      optionsOf({ props: latest.current, current: () => latest.current, colours, width: widthOf(place), told }),
      dataOf(latest.current),
      place,
    );
    plot.current = made;
    isNew.current = true;
    const observer = new ResizeObserver(() => {
      if (widthOf(place) !== made.width) made.setSize({ width: widthOf(place), height: made.height });
    });
    observer.observe(place);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [structure]);

  // What lies over the lines is drawn again without looking for their way anew, but for ranges, which may need a higher axis.
  // A plot that is new draws everything by itself, and has no axes yet that could be drawn again.
  useLayoutEffect(() => {
    if (!isNew.current) plot.current?.redraw();
  }, [props.ranges]);
  useLayoutEffect(() => {
    if (!isNew.current) plot.current?.redraw(false);
  }, [props.incomplete, props.marks, props.signs, props.rules]);

  useLayoutEffect(() => {
    if (!isNew.current) {
      began.current = performance.now();
      plot.current?.setData(dataOf(latest.current));
    }
    isNew.current = false;
  }, [xs, lines, structure, span?.[0], span?.[1]]);

  function onKey(event: KeyboardEvent): void {
    const made = plot.current;
    if (!made) return;
    const at = made.cursor.idx ?? xs.length - 1;
    const step = { ArrowLeft: -1, ArrowRight: 1, PageUp: -7, PageDown: 7 }[event.key];
    if (event.key === 'Enter') props.onChoose?.(at, 0);
    else if (event.key === 'Escape') props.onSpan?.(undefined);
    else if (step !== undefined) {
      event.preventDefault();
      const next = Math.min(xs.length - 1, Math.max(0, at + step));
      made.setCursor({ left: made.valToPos(xs[next]!, 'x'), top: 10 });
      props.onPoint?.(next);
    }
  }

  return (
    <div
      ref={holder}
      role="application"
      aria-roledescription="chart"
      aria-label={`${label}. Arrow keys move along it${props.onChoose ? ', Enter opens what is behind a point' : ''}.`}
      tabIndex={0}
      onKeyDown={onKey}
      style={{ width: '100%', minHeight: height }}
    />
  );
}
