import { ButtonLink } from '../ui/button.js';
import { Page, ResourceView, Tabs } from '../ui/page.js';
import { useActor } from './use-actor.js';
import type { ComponentChildren } from 'preact';
import type { Actor } from '../api/json.js';

interface ActorFrameProps {
    readonly actorId: string;
    readonly tab: 'Overview' | 'Input' | 'Runs' | 'Builds' | 'Versions' | 'Readme' | 'Settings';
    readonly children: (actor: Actor) => ComponentChildren;
}

/** A part of the page of an Actor, with what all parts have. */
export function ActorFrame({ actorId, tab, children }: ActorFrameProps) {
    const resource = useActor(actorId);
    const actor = resource.value;
    const title = actor === undefined ? 'Actor' : (actor.title ?? actor.name);
    const base = `/actors/${encodeURIComponent(actor?.id ?? actorId)}`;
    const start = (
        <ButtonLink to={`${base}/start`} kind="primary" icon="run">
            Start
        </ButtonLink>
    );
    return (
        <Page
            title={tab === 'Overview' ? title : `${tab} · ${title}`}
            heading={title}
            crumbs={[['Actors', '/actors']]}
            actions={tab !== 'Input' && actor && start}
        >
            <ResourceView resource={resource}>
                {(value) => (
                    <>
                        <Tabs
                            label="Parts of the Actor"
                            current={tab}
                            tabs={[
                                ['Overview', base],
                                ['Input', `${base}/start`],
                                ['Runs', `${base}/runs`, value.stats.totalRuns],
                                ['Builds', `${base}/builds`, value.stats.totalBuilds],
                                ['Versions', `${base}/versions`, value.versions.length],
                                ['Readme', `${base}/readme`],
                                ['Settings', `${base}/settings`],
                            ]}
                        />
                        {children(value)}
                    </>
                )}
            </ResourceView>
        </Page>
    );
}
