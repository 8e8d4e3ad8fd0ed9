/**
 * Arithmetic over vectors that lie in memory segments.
 *
 * <p>In: float32 components, little-endian, in slabs or in mapped files. Out: products, distances,
 * norms. This package knows no other package of Weir but {@code memory}.
 */
@NullMarked
package io.weir.storage.vector;

import org.jspecify.annotations.NullMarked;
