/** What Kafka's own metrics are called in Prometheus: the rules of the JMX exporter inside each node. */

/**
 * Counters by rate and by total, and percentiles as quantiles; everything else by its name. Rules that name a topic and
 * partition stay out: a thousand partitions would be ten thousand series, and the exporter has consumers' lag.
 */
export const kafkaMetricsRules = `lowercaseOutputName: true
lowercaseOutputLabelNames: true
rules:
  - pattern: 'kafka.server<type=(.+), name=(.+)PerSec\\w*, topic=(.+)><>Count'
    name: kafka_server_$1_$2_total
    type: COUNTER
    labels:
      topic: "$3"
  - pattern: 'kafka.(\\w+)<type=(.+), name=(.+)PerSec\\w*><>Count'
    name: kafka_$1_$2_$3_total
    type: COUNTER
  - pattern: 'kafka.(\\w+)<type=(.+), name=(.+)Percent\\w*><>(?:Value|MeanRate)'
    name: kafka_$1_$2_$3_percent
    type: GAUGE
  - pattern: 'kafka.network<type=RequestMetrics, name=(.+), request=(.+)><>(\\d+)thPercentile'
    name: kafka_network_requestmetrics_$1
    type: GAUGE
    labels:
      request: "$2"
      quantile: "0.$3"
  - pattern: 'kafka.server<type=raft-metrics><>(.+):'
    name: kafka_server_raftmetrics_$1
    type: GAUGE
  - pattern: 'kafka.(\\w+)<type=(.+), name=(.+)><>Value'
    name: kafka_$1_$2_$3
    type: GAUGE
`;
