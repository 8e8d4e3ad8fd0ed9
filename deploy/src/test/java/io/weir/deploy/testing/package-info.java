/**
 * What tests of a whole Weir need.
 *
 * <p>In: a configuration. Out: {@link io.weir.deploy.testing.WeirProcess}, a Weir in a process of
 * its own that can be killed; {@link io.weir.deploy.testing.Http}, to ask it; {@link
 * io.weir.deploy.testing.BrokerProcess}, a broker that can be killed too.
 */
@NullMarked
package io.weir.deploy.testing;

import org.jspecify.annotations.NullMarked;
