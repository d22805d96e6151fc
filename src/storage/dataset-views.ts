import { isJsonObject } from '../util/json.js';
import { EngineError } from '../errors/engine-error.js';
import type { DownloadOptions } from '../model/storage.js';
import { checkText, didYouMean } from '../util/check.js';

/** What a view may say about the items; the other options of a list are its caller's. */
const OF_VIEWS = ['fields', 'omit', 'unwind', 'flatten', 'clean', 'skipEmpty', 'skipHidden', 'desc', 'limit'] as const;

/**
 * Puts the options of a view in the place of its name. What the caller says goes first.
 *
 * Source: "Dataset schema" of the platform's docs; `views` and their `transformation`.
 *
 * @param schema - The dataset's schema, if it has one.
 * @throws `invalid-value` for a view that the schema does not have, with the nearest one that it has.
 */
export function applyView(options: DownloadOptions, schema: unknown): DownloadOptions {
    const { view = '', ...rest } = options;
    checkText('options.view', view);
    const views = objectAt(schema, 'views');
    const transformation = objectAt(objectAt(views, view), 'transformation');
    if (!Object.hasOwn(views, view)) throw unknownView(view, Object.keys(views));
    const said = OF_VIEWS.filter((name) => Object.hasOwn(transformation, name));
    return { ...Object.fromEntries(said.map((name) => [name, transformation[name]])), ...rest };
}

function objectAt(value: unknown, key: string): Record<string, unknown> {
    const inner = isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
    return isJsonObject(inner) ? inner : {};
}

function unknownView(view: string, known: readonly string[]): EngineError {
    const what = known.length === 0 ? 'It has no views.' : `It has: ${known.join(', ')}.`;
    const remedy = 'Views come from the dataset schema in the `storages` of the Actor’s actor.json.';
    const message = `The dataset has no view \`${view}\`.${didYouMean(view, known)} ${what} ${remedy}`;
    return new EngineError('invalid-value', message, { details: { view } });
}
