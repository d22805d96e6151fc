/** Fields of an input schema, one for each editor, and what a form makes of them. */
export const EVERY_EDITOR = {
    startUrls: {
        title: 'Start URLs',
        type: 'array',
        editor: 'requestListSources',
        prefill: [{ url: 'https://a.test' }],
    },
    query: {
        title: 'Query',
        type: 'string',
        editor: 'textfield',
        pattern: '^[a-z]+$',
        errorMessage: { pattern: 'Only small letters, please' },
    },
    text: { title: 'Text', type: 'string', editor: 'textarea', default: 'as ever', nullable: true },
    code: { title: 'Page function', type: 'string', editor: 'javascript', sectionCaption: 'Code' },
    script: { title: 'Script', type: 'string', editor: 'python' },
    secret: { title: 'Secret', type: 'string', editor: 'textfield', isSecret: true },
    day: { title: 'Day', type: 'string', editor: 'datepicker', dateType: 'absolute' },
    since: { title: 'Since', type: 'string', editor: 'datepicker', dateType: 'absoluteOrRelative' },
    country: {
        title: 'Country',
        type: 'string',
        editor: 'select',
        enum: ['cz', 'de'],
        enumTitles: ['Czechia', 'Germany'],
    },
    city: { title: 'City', type: 'string', editor: 'select', enumSuggestedValues: ['Prague'] },
    kinds: {
        title: 'Kinds',
        type: 'array',
        editor: 'select',
        items: { type: 'string', enum: ['a', 'b', 'c'] },
        default: ['a'],
    },
    file: { title: 'File', type: 'string', editor: 'fileupload' },
    pages: { title: 'Pages', type: 'integer', minimum: 1, maximum: 9, unit: 'pages', default: 5 },
    rate: { title: 'Rate', type: 'number' },
    isDeep: { title: 'Deep', type: 'boolean', default: true, groupCaption: 'Switches' },
    tags: { title: 'Tags', type: 'array', editor: 'stringList', prefill: ['one'] },
    headers: { title: 'Headers', type: 'array', editor: 'keyValue' },
    globs: { title: 'Globs', type: 'array', editor: 'globs' },
    pseudo: { title: 'Pseudo-URLs', type: 'array', editor: 'pseudoUrls' },
    data: { title: 'Data', type: 'array', editor: 'json' },
    proxy: { title: 'Proxy', type: 'object', editor: 'proxy' },
    shape: {
        title: 'Shape',
        type: 'object',
        editor: 'schemaBased',
        properties: { width: { title: 'Width', type: 'integer', description: 'In pixels', minimum: 3 } },
    },
    rows: {
        title: 'Rows',
        type: 'array',
        editor: 'schemaBased',
        items: {
            type: 'object',
            properties: { label: { title: 'Label', type: 'string', description: 'Its name', editor: 'textfield' } },
        },
    },
    dataset: {
        title: 'Dataset',
        type: 'string',
        editor: 'resourcePicker',
        resourceType: 'dataset',
        resourcePermissions: ['READ'],
    },
    any: { title: 'Anything', type: ['string', 'integer', 'object'], editor: 'json' },
    hidden: { title: 'Hidden', type: 'string', editor: 'hidden', prefill: 'kept' },
};

/** The files of an Actor with an input schema of these fields, whose output is its input. */
export function actorWithFields(name: string, fields: Record<string, object>, required: string[] = []) {
    const properties = Object.fromEntries(
        Object.entries(fields).map(([key, field]) => [key, { description: `About ${key}`, ...field }]),
    );
    const input = { title: 'Input', type: 'object', schemaVersion: 1, properties, required };
    const definition = { actorSpecification: 1, name, version: '0.1', input };
    return {
        name,
        sourceFiles: [
            { name: '.actor/actor.json', content: JSON.stringify(definition) },
            { name: 'package.json', content: '{ "type": "module", "main": "main.js" }' },
            { name: 'main.js', content: 'export default ({ input }) => input;' },
        ],
    };
}
