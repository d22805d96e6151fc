import { theme } from '../state/theme.js';
import { useValue } from '../state/value.js';
import { useEffect, useRef, useState, type JSX } from '../preact.js';
import type { Plot, PlotSettings } from './plot.js';

/** Values over time as a plot, and in words for whoever does not see it. */
export function UsagePlot({
    title,
    words,
    times,
    values,
    settings,
}: {
    title: string;
    words: string;
    /** Seconds. */
    times: readonly number[];
    values: readonly number[];
    settings: PlotSettings;
}): JSX.Element {
    const element = useRef<HTMLDivElement>(null);
    const plot = useRef<Plot | undefined>(undefined);
    const colours = useColours();
    const latest = useRef({ times, values });
    latest.current = { times, values };
    useEffect(() => {
        const target = element.current!;
        let isGone = false;
        const observer = new ResizeObserver(() => plot.current?.resize(target.clientWidth));
        // Loaded only here: it is larger than all of the page around it.
        void import('./plot.js').then(({ makePlot }) => {
            if (isGone) return;
            plot.current = makePlot(target, target.clientWidth, settings);
            plot.current.show(latest.current.times, latest.current.values);
            observer.observe(target);
        });
        return () => {
            isGone = true;
            observer.disconnect();
            plot.current?.remove();
            plot.current = undefined;
        };
    }, [colours, settings]);
    useEffect(() => plot.current?.show(times, values), [times, values]);
    return (
        <figure class="usage-plot">
            <figcaption>
                {title} <span class="faint">{words}</span>
            </figcaption>
            <div ref={element} role="img" aria-label={`${title}: ${words}`} />
        </figure>
    );
}

/** Another one whenever the colours change. */
function useColours(): string {
    const chosen = useValue(theme);
    const [system, setSystem] = useState(DARK.matches);
    useEffect(() => {
        const change = (): void => setSystem(DARK.matches);
        DARK.addEventListener('change', change);
        return () => DARK.removeEventListener('change', change);
    }, []);
    return chosen === 'system' ? String(system) : chosen;
}

const DARK = matchMedia('(prefers-color-scheme: dark)');
