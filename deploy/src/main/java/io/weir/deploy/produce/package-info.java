/**
 * The command {@code produce}: vectors from files to a topic.
 *
 * <p>In: files of numpy, fvecs, JSON lines or Parquet, read as a stream ({@link
 * io.weir.deploy.produce.RowFile} is one of them). Out: records on a topic, sent by an ordinary
 * idempotent producer, in a format that a collection reads, and words for the user. Knows neither
 * store nor server.
 */
@NullMarked
package io.weir.deploy.produce;

import org.jspecify.annotations.NullMarked;
