/**
 * JSON that several routes share: request bodies, read strictly, and the store's values, written.
 *
 * <p>In: bodies, rows, positions. Out: Java values and {@code camelCase} properties. Floats are
 * written with the fewest digits that read back to the same bits.
 */
@NullMarked
package io.weir.api.json;

import org.jspecify.annotations.NullMarked;
