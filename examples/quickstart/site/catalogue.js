const NAMES = {
    Lamps: [
        'Heron desk lamp',
        'Pebble night light',
        'Tripod floor lamp',
        'Paper moon',
        'Clip lamp',
        'Porch lantern',
        'Bench light',
        'Opal pendant',
        'Reading spot',
    ],
    Chairs: [
        'Ladder-back chair',
        'Folding stool',
        'Rocking chair',
        'Studio chair',
        'Garden bench',
        'Milking stool',
        'Reading chair',
        'Step stool',
        'Bar stool',
    ],
    Kitchen: [
        'Enamel kettle',
        'Bread knife',
        'Salt & pepper mills',
        'Cast-iron pan',
        'Maple board',
        'Pour-over set',
        'Rolling pin',
        'Spice jars',
        'Linen towels',
    ],
    Garden: [
        'Hand trowel',
        'Watering can',
        'Seed box',
        'Pruning shears',
        'Terracotta pots',
        'Bird feeder',
        'Twine holder',
        'Kneeling mat',
        'Leaf rake',
    ],
    Paper: [
        'Dotted notebook',
        'Desk pad',
        'Index cards',
        'Letter set',
        'Sketchbook',
        'Wall calendar',
        'Address book',
        'Wax seal',
        'Pencil case',
    ],
};

export const CATEGORIES = Object.keys(NAMES).map((name) => ({ name, slug: slugOf(name) }));

/** Forty-five products; prices and ratings are made up, but the same every time. */
export const PRODUCTS = Object.entries(NAMES).flatMap(([category, titles], row) =>
    titles.map((title, column) => ({
        sku: `${category[0]}${row + 1}${String(column + 1).padStart(2, '0')}`,
        slug: slugOf(title),
        title,
        category: slugOf(category),
        price: (9 + ((row * 37 + column * 53) % 140) + 0.9).toFixed(2),
        rating: (3 + ((row * 7 + column * 11) % 20) / 10).toFixed(1),
        inStock: (row + column) % 6 !== 5,
    })),
);

function slugOf(name) {
    return name.toLowerCase().replaceAll(/[^a-z]+/g, '-');
}
