/**
 * What commands that talk to a running Weir have in common.
 *
 * <p>In: options that say where it is and which collection is meant; calls of the client ({@code
 * io.weir.api.client}). Out: answers, waited for; errors in words, with what to do.
 */
@NullMarked
package io.weir.deploy.client;

import org.jspecify.annotations.NullMarked;
