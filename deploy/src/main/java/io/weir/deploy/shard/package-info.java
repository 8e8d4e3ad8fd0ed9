/**
 * What an operator sees of the shards of a running Weir, and tells one that has stopped.
 *
 * <p>In: a command line, {@code /v1/stats}. Out: a table; an order over HTTP.
 */
@NullMarked
package io.weir.deploy.shard;

import org.jspecify.annotations.NullMarked;
