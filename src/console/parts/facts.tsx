import type { ComponentChildren, JSX } from '../preact.js';

/** What is known of something, by name; what is undefined is left out. */
export function Facts({ facts }: { facts: Readonly<Record<string, ComponentChildren>> }): JSX.Element {
    return (
        <dl class="facts">
            {Object.entries(facts)
                .filter(([, value]) => value !== undefined && value !== null)
                .map(([name, value]) => (
                    <div key={name}>
                        <dt>{name}</dt>
                        <dd>{value}</dd>
                    </div>
                ))}
        </dl>
    );
}
