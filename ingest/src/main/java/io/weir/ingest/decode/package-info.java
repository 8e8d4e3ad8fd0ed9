/**
 * Bytes in, result out: from a {@link io.weir.ingest.poll.RawRecord} to an upsert, a delete, or the
 * reason why it is neither.
 *
 * <p>Pure functions of one record. What a schema says of a record (dimension, finite components,
 * sizes) is not asked here: the shard refuses such a record itself. {@link
 * io.weir.ingest.decode.JsonFieldReader} then finds the values that the store's filters need in the
 * payloads.
 */
@NullMarked
package io.weir.ingest.decode;

import org.jspecify.annotations.NullMarked;
