/** Benches run small, so that they do not rot. */
@NullMarked
package io.weir.bench;

import org.jspecify.annotations.NullMarked;
