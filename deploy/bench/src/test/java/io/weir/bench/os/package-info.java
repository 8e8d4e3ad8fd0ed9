/** Tests of {@code io.weir.bench.os}. */
@NullMarked
package io.weir.bench.os;

import org.jspecify.annotations.NullMarked;
