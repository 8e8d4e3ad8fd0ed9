/**
 * Talks to a running Weir over HTTP, for the commands that do.
 *
 * <p>In: an address and requests. Out: JSON documents, or errors in words.
 */
@NullMarked
package io.weir.deploy.client;

import org.jspecify.annotations.NullMarked;
