module.exports = globalThis[Symbol.for('greenroom.actor-sdk')];
