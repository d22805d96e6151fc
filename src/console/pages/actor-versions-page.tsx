import { ActorFrame } from '../actors/actor-frame.js';
import { EnvVars } from '../actors/env-vars.js';
import { SourceFiles } from '../actors/source-files.js';
import { Empty } from '../parts/empty.js';
import { Facts } from '../parts/facts.js';
import { changeQuery } from '../router/router.js';
import { useQuery } from '../router/query.js';
import type { Actor } from '../api/json.js';
import type { JSX } from '../preact.js';
import type { PageProps } from '../router/outlet.js';

/** The versions of an Actor: where their source is, and their environment variables. */
export function ActorVersionsPage({ params }: PageProps): JSX.Element {
    return (
        <ActorFrame actorId={params['id']!} tab="Versions">
            {(actor) => <Versions actor={actor} />}
        </ActorFrame>
    );
}

function Versions({ actor }: { actor: Actor }): JSX.Element {
    const { versions, id } = actor;
    const wanted = useQuery().get('version');
    const version = versions.find(({ versionNumber }) => versionNumber === wanted) ?? versions.at(-1);
    if (version === undefined) {
        return (
            <Empty title="It has no version">
                <p>It belongs to somebody else, or was made without a source.</p>
            </Empty>
        );
    }
    const { versionNumber, sourceType, buildTag, gitRepoUrl, tarballUrl, gitHubGistUrl, sourceFiles } = version;
    return (
        <div class="stack">
            {versions.length > 1 && (
                <div class="toolbar">
                    <select
                        aria-label="Version"
                        value={versionNumber}
                        onChange={({ currentTarget }) => changeQuery({ version: currentTarget.value })}
                    >
                        {versions.map((other) => (
                            <option key={other.versionNumber} value={other.versionNumber}>
                                {`Version ${other.versionNumber}`}
                            </option>
                        ))}
                    </select>
                </div>
            )}
            <div class="card">
                <Facts
                    facts={{
                        Version: versionNumber,
                        Source: sourceType,
                        'Tag of its builds': buildTag,
                        URL: gitRepoUrl ?? tarballUrl ?? gitHubGistUrl,
                    }}
                />
            </div>
            <EnvVars key={`env ${versionNumber}`} actorId={id} version={version} />
            <SourceFiles key={`files ${versionNumber}`} files={sourceFiles} />
        </div>
    );
}
