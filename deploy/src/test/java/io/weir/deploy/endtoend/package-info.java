/** From a real topic to an answer: whole processes, real brokers, real files, real HTTP. */
@NullMarked
package io.weir.deploy.endtoend;

import org.jspecify.annotations.NullMarked;
