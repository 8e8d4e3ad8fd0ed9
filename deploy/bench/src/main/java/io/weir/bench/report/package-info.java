/**
 * What a bench says: progress while it runs, then figures, the conditions that they hold under, and
 * charts.
 *
 * <p>In: figures, cases and charts of one bench. Out: a table or one JSON object, and one PNG.
 * Knows no bench.
 */
@NullMarked
package io.weir.bench.report;

import org.jspecify.annotations.NullMarked;
