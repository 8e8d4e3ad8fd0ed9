/** Tests of {@code io.weir.bench.peer}. */
@NullMarked
package io.weir.bench.peer;

import org.jspecify.annotations.NullMarked;
