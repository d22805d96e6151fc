import { checkOptions } from '../../util/check.js';
import { offsetList, PAGE_OPTION_KEYS, pageOf } from '../offset-list.js';
import type { BuildCollectionClient, BuildListItem, ChunkOptions } from '../../model/client.js';
import type { PagedList, PageOptions } from '../../model/page.js';

/** Builds, of one Actor or of all; oldest first. */
export class BuildCollectionResource implements BuildCollectionClient {
    readonly #load: () => BuildListItem[];

    constructor(load: () => BuildListItem[]) {
        this.#load = load;
    }

    list(options: PageOptions & ChunkOptions = {}): PagedList<BuildListItem> {
        checkOptions('options', options, PAGE_OPTION_KEYS);
        return offsetList(options, (bounds) => pageOf(this.#load(), bounds, options.desc));
    }
}
