/** Stroke paths on a grid of 24. */
const PATHS = {
    home: 'M4 11l8-7 8 7v8a1 1 0 0 1-1 1h-4v-6h-6v6H5a1 1 0 0 1-1-1z',
    actor: 'M12 3l8 4.5v9L12 21l-8-4.5v-9zM4 7.5l8 4.5 8-4.5M12 12v9',
    run: 'M7 4.5v15l12-7.5z',
    task: 'M5 6h.01M5 12h.01M5 18h.01M9 6h11M9 12h11M9 18h11',
    schedule: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3.5 2',
    webhook: 'M9 8.5a3.5 3.5 0 1 1 5.2 3L17 16M10.5 17H17a3 3 0 1 1-2.6 4.5M11 11.5L8 17a3 3 0 1 1-3-1.5',
    storage:
        'M4 6c0-1.7 3.6-3 8-3s8 1.3 8 3-3.6 3-8 3-8-1.3-8-3zM4 6v12c0 1.7 3.6 3 8 3s8-1.3 8-3V6M4 12c0 1.7 3.6 3 8 3s8-1.3 8-3',
    account: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20c1-3.5 4-5 7.5-5s6.5 1.5 7.5 5',
    search: 'M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM20 20l-4-4',
    close: 'M6 6l12 12M18 6L6 18',
    plus: 'M12 5v14M5 12h14',
    chevron: 'M9 6l6 6-6 6',
    back: 'M15 6l-6 6 6 6',
    first: 'M17 6l-6 6 6 6M7 6v12',
    last: 'M7 6l6 6-6 6M17 6v12',
    down: 'M6 9l6 6 6-6',
    copy: 'M9 9h10v11H9zM5 15V4h10',
    trash: 'M4 7h16M10 7V4h4v3M6 7l1 13h10l1-13',
    edit: 'M4 20l1-4L16 5l3 3L8 19z',
    stop: 'M6 6h12v12H6z',
    refresh: 'M20 11a8 8 0 0 0-14.5-4L4 9M4 4v5h5M4 13a8 8 0 0 0 14.5 4L20 15M20 20v-5h-5',
    download: 'M12 4v11M7 11l5 5 5-5M5 20h14',
    external: 'M14 4h6v6M20 4l-9 9M18 14v5a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1h5',
    sun: 'M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 2v2M12 20v2M4.9 4.9l1.4 1.4M17.7 17.7l1.4 1.4M2 12h2M20 12h2M4.9 19.1l1.4-1.4M17.7 6.3l1.4-1.4',
    moon: 'M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5z',
    system: 'M3 5h18v11H3zM9 20h6M12 16v4',
    menu: 'M4 7h16M4 12h16M4 17h16',
    warning: 'M12 4l9 16H3zM12 10v4M12 17h.01',
    check: 'M5 12.5l4.5 4.5L19 7.5',
    build: 'M14 6a4 4 0 0 1 5-3.8l-2.6 2.6.8 2 2 .8L21.8 5A4 4 0 0 1 16 9.9L7.5 18.5a2 2 0 1 1-3-3L13 7.9',
    up: 'M6 15l6-6 6 6',
} as const;

export type IconName = keyof typeof PATHS;

/** A decorative icon, hidden from assistive technology; the label is beside it or on the button. */
export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
    return (
        <svg class="icon" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
            <path d={PATHS[name]} />
        </svg>
    );
}
