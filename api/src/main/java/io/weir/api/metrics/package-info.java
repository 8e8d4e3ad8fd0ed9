/**
 * Figures for Prometheus.
 *
 * <p>In: the store's figures, sampled at most once a second. Out: gauges in the registry, and the
 * registry's text under {@code /metrics}.
 */
@NullMarked
package io.weir.api.metrics;

import org.jspecify.annotations.NullMarked;
