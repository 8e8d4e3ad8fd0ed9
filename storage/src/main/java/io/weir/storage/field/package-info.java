/**
 * Fields of payloads that can be filtered by: their names and types, and their values in a row.
 *
 * <p>In: payloads, through the reader that a collection is declared with. Out: values, in the order
 * in which filters compare them.
 */
@NullMarked
package io.weir.storage.field;

import org.jspecify.annotations.NullMarked;
