import { findRun, fittingJumps, PAGE_JUMPS, readJumps, type Jump } from './jumps.js';
import { Dialog } from '../parts/dialog.js';
import { Icon } from '../parts/icon.js';
import { useEffect, useId, useMemo, useState, type JSX } from '../preact.js';
import { navigate } from '../router/router.js';
import { showTrouble } from '../state/toasts.js';

/** Leads to an Actor, a task, a run or a page by a few letters of its name. */
export function Palette({ onClose }: { onClose: () => void }): JSX.Element {
    const [text, setText] = useState('');
    const [places, setPlaces] = useState<readonly Jump[]>([]);
    const [run, setRun] = useState<Jump>();
    const [chosen, choose] = useState(0);
    const listId = useId();
    useEffect(() => {
        const leave = new AbortController();
        readJumps(leave.signal).then(setPlaces, showUnlessLeft(leave.signal));
        return () => leave.abort();
    }, []);
    useEffect(() => {
        choose(0);
        setRun(undefined);
        const leave = new AbortController();
        findRun(text, leave.signal).then(setRun, showUnlessLeft(leave.signal));
        return () => leave.abort();
    }, [text]);
    // Of the text as it is: who types fast and presses Enter is not to be led to what was meant by less of it.
    const jumps = useMemo(() => (run ? [run] : fittingJumps([...PAGE_JUMPS, ...places], text)), [run, places, text]);
    const go = (jump: Jump | undefined): void => {
        if (jump === undefined) return;
        onClose();
        navigate(jump.to);
    };
    const press = (event: KeyboardEvent): void => {
        const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (event.key === 'Enter') go(jumps[chosen]);
        else if (step !== undefined) choose((chosen + step + jumps.length) % Math.max(1, jumps.length));
        else return;
        event.preventDefault();
    };
    return (
        <Dialog title="Jump to" onClose={onClose}>
            <input
                class="palette-field"
                role="combobox"
                aria-expanded="true"
                aria-controls={listId}
                aria-activedescendant={jumps[chosen] && `${listId}-${chosen}`}
                aria-label="Name or id"
                placeholder="Name of an Actor or task, id of a run, page"
                autocomplete="off"
                value={text}
                onInput={({ currentTarget }) => setText(currentTarget.value)}
                onKeyDown={press}
            />
            <ul class="palette-list" id={listId} role="listbox" aria-label="Places">
                {jumps.map((jump, index) => (
                    <li
                        key={jump.to}
                        id={`${listId}-${index}`}
                        role="option"
                        aria-selected={index === chosen}
                        onMouseEnter={() => choose(index)}
                        onClick={() => go(jump)}
                    >
                        <Icon name={jump.icon} />
                        <span class="grow">{jump.name}</span>
                        <span class="faint">{jump.kind}</span>
                    </li>
                ))}
                {jumps.length === 0 && <li class="faint">Nothing is called that.</li>}
            </ul>
        </Dialog>
    );
}

function showUnlessLeft(signal: AbortSignal): (error: unknown) => void {
    return (error) => {
        if (!signal.aborted) showTrouble(error);
    };
}
