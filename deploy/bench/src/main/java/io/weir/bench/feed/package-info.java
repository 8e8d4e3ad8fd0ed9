/**
 * What the benches of the whole way need: a broker, topics, and what reads them.
 *
 * <p>In: rows. Out: {@link io.weir.bench.feed.BrokerProcess}, {@link
 * io.weir.bench.feed.WeirProcess}, and how long others take for the same topic.
 */
@NullMarked
package io.weir.bench.feed;

import org.jspecify.annotations.NullMarked;
