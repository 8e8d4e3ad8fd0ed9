/**
 * A real Kafka broker inside this process, for the demo and for tests.
 *
 * <p>In: a folder and, if wanted, a port. Out: {@link io.weir.deploy.broker.EmbeddedBroker}, which
 * clients reach over loopback like any other broker. One node is broker and controller at once
 * (KRaft), made of the very classes that {@code kafka.Kafka} starts, so what holds here holds on a
 * cluster; only replication cannot be tried. Nothing outside this package names a class of the
 * broker, and nothing here knows Weir.
 */
@NullMarked
package io.weir.deploy.broker;

import org.jspecify.annotations.NullMarked;
