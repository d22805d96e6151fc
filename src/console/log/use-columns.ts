import { useEffect, useState, type RefObject } from '../preact.js';

const PROBE_LETTERS = 100;

/**
 * How many letters fit into a row of an element whose letters are all as wide as each other.
 *
 * @param takenPixels - What of its width is not for the text.
 */
export function useColumns(element: RefObject<HTMLElement | null>, takenPixels: number): number {
    const [columns, setColumns] = useState(80);
    useEffect(() => {
        const target = element.current;
        if (target === null) return undefined;
        const measure = (): void => {
            const width = target.clientWidth - takenPixels;
            setColumns(Math.max(10, Math.floor(width / letterWidth(target))));
        };
        const observer = new ResizeObserver(measure);
        observer.observe(target);
        measure();
        return () => observer.disconnect();
    }, [takenPixels]);
    return columns;
}

function letterWidth(target: HTMLElement): number {
    const probe = document.createElement('span');
    probe.className = 'log-probe';
    probe.textContent = '0'.repeat(PROBE_LETTERS);
    target.append(probe);
    const { width } = probe.getBoundingClientRect();
    probe.remove();
    return Math.max(width / PROBE_LETTERS, 1);
}
