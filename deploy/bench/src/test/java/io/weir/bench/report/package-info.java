/** Tests of {@code io.weir.bench.report}. */
@NullMarked
package io.weir.bench.report;

import org.jspecify.annotations.NullMarked;
