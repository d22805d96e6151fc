module.exports = require('../apify/index.cjs');
