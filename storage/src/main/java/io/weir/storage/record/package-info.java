/**
 * What is stored: a record as it comes from a log partition, and the schema that it must fit.
 *
 * <p>In: bytes that a decoder has split into key, vector and payload. Out: nothing; these are
 * values. This package knows no other package of Weir.
 */
@NullMarked
package io.weir.storage.record;

import org.jspecify.annotations.NullMarked;
