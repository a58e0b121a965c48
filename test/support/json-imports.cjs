/** A transformer for Jest: packages that import JSON without the attribute that it asks for get it, and no warnings. */
exports.process = source => ({
  code: source.replace(/^(import .+ from "[^"]+\.json");$/gm, "$1 with { type: 'json' };"),
});
