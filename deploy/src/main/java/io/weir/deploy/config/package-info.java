/**
 * The settings of a Weir process.
 *
 * <p>In: a YAML file and the environment ({@code WEIR_...}), layered by SmallRye Config; the
 * environment wins. Out: {@link io.weir.deploy.config.WeirConfig}, records with durations and byte
 * counts, every value checked; or {@link io.weir.deploy.config.InvalidConfigException}, which tells
 * all that is wrong at once. {@code Settings} is the list of all keys.
 */
@NullMarked
package io.weir.deploy.config;

import org.jspecify.annotations.NullMarked;
