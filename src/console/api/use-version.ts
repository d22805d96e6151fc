import { useEffect, useRef } from '../preact.js';

/** Reads something anew when its version is another one than before. */
export function useVersion(version: number, reload: () => void): void {
    const seen = useRef(version);
    useEffect(() => {
        if (seen.current === version) return;
        seen.current = version;
        reload();
    }, [version]);
}
