// Reads a Weir with the published client: node client.mjs http://host:port
// The collection docs has the points row-0 to row-24 with the vectors [1, i, 0], under cosine, and
// payloads {"n": i, "lang": "en" or "de"}; it is fed by the topic docs-embeddings.
import assert from 'node:assert/strict';
import { QdrantClient } from '@qdrant/js-client-rest';

const ROWS = 25;
const warnings = [];
console.warn = (...text) => warnings.push(text.join(' '));

const client = new QdrantClient({ url: process.argv[2] });
const ids = (points) => points.map((point) => point.id);
const rows = (from, to) => Array.from({ length: to - from }, (_, i) => `row-${from + i}`);

async function refused(status, text, call) {
  await assert.rejects(call, (error) => {
    assert.equal(error.status, status, String(error));
    assert.match(error.data.status.error, text);
    return true;
  });
}

// Collections.
assert.deepEqual(await client.getCollections(), { collections: [{ name: 'docs' }] });
assert.deepEqual(await client.collectionExists('docs'), { exists: true });
assert.deepEqual(await client.collectionExists('dogs'), { exists: false });
const info = await client.getCollection('docs');
assert.equal(info.status, 'green');
assert.equal(info.points_count, ROWS);
assert.deepEqual(info.config.params.vectors, { size: 3, distance: 'Cosine' });
assert.equal(info.config.metadata.topic, 'docs-embeddings');
await refused(404, /no collection 'dogs'/, () => client.getCollection('dogs'));

// Points by their ids.
const found = await client.retrieve('docs', { ids: ['row-3', 'nowhere', 'row-1'], with_vector: true });
assert.deepEqual(found, [
  { id: 'row-3', payload: { n: 3, lang: 'de' }, vector: [1, 3, 0] },
  { id: 'row-1', payload: { n: 1, lang: 'de' }, vector: [1, 1, 0] },
]);
const one = await client.api().getPoint({ collection_name: 'docs', id: 'row-2' });
assert.deepEqual(one.data.result.vector, [1, 2, 0]);

// Queries.
const nearest = await client.query('docs', { query: [1, 0, 0], limit: 3, with_payload: ['n'] });
assert.deepEqual(ids(nearest.points), rows(0, 3));
assert.deepEqual(nearest.points[0], {
  id: 'row-0',
  version: nearest.points[0].version,
  score: 1,
  payload: { n: 0 },
});
const beside = await client.query('docs', { query: 'row-0', limit: 2, offset: 1 });
assert.deepEqual(ids(beside.points), rows(2, 4));
const filtered = await client.query('docs', {
  query: { nearest: [1, 0, 0] },
  filter: {
    must: [{ key: 'lang', match: { value: 'en' } }, { key: 'n', range: { gte: 4, lt: 9 } }],
    must_not: [{ has_id: ['row-6'] }],
  },
  params: { exact: true, hnsw_ef: 128 },
  score_threshold: 0.01,
});
assert.deepEqual(ids(filtered.points), ['row-4', 'row-8']);
const any = await client.query('docs', { limit: 4 });
assert.equal(any.points.length, 4);
const batch = await client.queryBatch('docs', {
  searches: [
    { query: [1, 0, 0], limit: 1 },
    { query: 'row-24', limit: 1, with_vector: true },
  ],
});
assert.deepEqual(batch.map((answer) => ids(answer.points)), [['row-0'], ['row-23']]);
assert.deepEqual(batch[1].points[0].vector, [1, 23, 0]);

// Searches, as older programs have them.
assert.deepEqual(ids(await client.search('docs', { vector: [1, 0, 0], limit: 2 })), rows(0, 2));
const searches = await client.searchBatch('docs', {
  searches: [{ vector: [1, 0, 0], limit: 2, with_payload: true }],
});
assert.deepEqual(searches[0][1].payload, { n: 1, lang: 'de' });

// All points, page by page.
const scrolled = [];
let offset;
do {
  const page = await client.scroll('docs', { limit: 7, offset, with_payload: true });
  scrolled.push(...page.points);
  offset = page.next_page_offset;
} while (offset !== null);
assert.equal(scrolled.length, ROWS);
assert.deepEqual(new Set(ids(scrolled)), new Set(rows(0, ROWS)));

// Counts.
assert.deepEqual(await client.count('docs'), { count: ROWS });
assert.deepEqual(
  await client.count('docs', { filter: { should: [{ key: 'n', match: { any: [1, 2, 99] } }] } }),
  { count: 2 },
);

// What writes is told where to.
const topic = /produce to topic 'docs-embeddings'/;
const point = { id: 1, vector: [1, 2, 3] };
await refused(405, topic, () => client.upsert('docs', { points: [point] }));
await refused(405, topic, () => client.delete('docs', { points: [1] }));
await refused(405, topic, () => client.setPayload('docs', { payload: { n: 1 }, points: [1] }));
await refused(405, topic, () => client.deleteCollection('docs'));
await refused(405, topic, () => client.createPayloadIndex('docs', { field_name: 'n', field_schema: 'integer' }));
await refused(405, /declared in Weir's settings/, () =>
  client.createCollection('new', { vectors: { size: 3, distance: 'Cosine' } }));

// What there is no counterpart of is named.
await refused(400, /recommend is not supported by Weir/, () =>
  client.query('docs', { query: { recommend: { positive: ['row-1'] } } }));
await refused(400, /order_by is not supported by Weir/, () => client.scroll('docs', { order_by: 'n' }));
await refused(400, /match\.text is not supported by Weir/, () =>
  client.count('docs', { filter: { must: [{ key: 'lang', match: { text: 'e' } }] } }));

assert.deepEqual(warnings, []);
console.log('all as it should be');
