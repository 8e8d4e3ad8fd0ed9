/**
 * Makes keys for the HTTP API.
 *
 * <p>In: a command line. Out: a key, for whoever will ask, and what the settings need to recognise
 * it by.
 */
@NullMarked
package io.weir.deploy.key;

import org.jspecify.annotations.NullMarked;
