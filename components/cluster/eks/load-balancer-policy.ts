/**
 * What the AWS load balancer controller may do: make network load balancers for Services, and change only what it made
 * for this cluster. (The controller's own `iam_policy.json` adds application load balancers, WAF, Shield and Cognito,
 * which nothing here uses.)
 */
import type { AwsContext } from "../cloud/aws/context.ts";
import type { PolicyStatement } from "../cloud/aws/policy-document.ts";

const ec2 = (...actions: string[]) => actions.map((action) => `ec2:${action}`);
const elb = (...actions: string[]) => actions.map((action) => `elasticloadbalancing:${action}`);

/** Reading. AWS has no narrower resource for these actions than `*`. */
const describe = [
  ...ec2(
    "DescribeAccountAttributes",
    "DescribeAddresses",
    "DescribeAvailabilityZones",
    "DescribeInstances",
    "DescribeInternetGateways",
    "DescribeIpamPools",
    "DescribeNetworkInterfaces",
    "DescribeRouteTables",
    "DescribeSecurityGroups",
    "DescribeSubnets",
    "DescribeTags",
    "DescribeVpcPeeringConnections",
    "DescribeVpcs",
    "GetSecurityGroupsForVpc",
  ),
  ...elb(
    "DescribeCapacityReservation",
    "DescribeListenerAttributes",
    "DescribeListenerCertificates",
    "DescribeListeners",
    "DescribeLoadBalancerAttributes",
    "DescribeLoadBalancers",
    "DescribeRules",
    "DescribeSSLPolicies",
    "DescribeTags",
    "DescribeTargetGroupAttributes",
    "DescribeTargetGroups",
    "DescribeTargetHealth",
    "DescribeTrustStores",
  ),
];

/** The tag that the controller puts on everything, with the cluster's name. */
const clusterTag = "elbv2.k8s.aws/cluster";

export function loadBalancerStatements({
  partition,
  region,
  account,
  prefix,
}: AwsContext): PolicyStatement[] {
  const arn = (service: string, resource: string) =>
    `arn:${partition}:${service}:${region}:${account}:${resource}`;
  const groups = arn("ec2", "security-group/*");
  const balancers = ["loadbalancer/net/*", "listener/net/*", "targetgroup/*"].map((resource) =>
    arn("elasticloadbalancing", resource),
  );
  const asked = { StringEquals: { [`aws:RequestTag/${clusterTag}`]: prefix } };
  const own = { StringEquals: { [`aws:ResourceTag/${clusterTag}`]: prefix } };
  return [
    { Sid: "Describe", Effect: "Allow", Action: describe, Resource: "*" },
    {
      Sid: "ServiceRole",
      Effect: "Allow",
      Action: "iam:CreateServiceLinkedRole",
      Resource: `arn:${partition}:iam::${account}:role/aws-service-role/elasticloadbalancing.amazonaws.com/*`,
      Condition: { StringEquals: { "iam:AWSServiceName": "elasticloadbalancing.amazonaws.com" } },
    },
    {
      Sid: "MakeGroups",
      Effect: "Allow",
      Action: ec2("CreateSecurityGroup"),
      Resource: [groups, arn("ec2", "vpc/*")],
    },
    {
      Sid: "TagNewGroups",
      Effect: "Allow",
      Action: ec2("CreateTags"),
      Resource: groups,
      Condition: { StringEquals: { "ec2:CreateAction": "CreateSecurityGroup", ...asked.StringEquals } },
    },
    {
      Sid: "ChangeOwnGroups",
      Effect: "Allow",
      Action: ec2(
        "AuthorizeSecurityGroupIngress",
        "RevokeSecurityGroupIngress",
        "CreateTags",
        "DeleteTags",
        "DeleteSecurityGroup",
      ),
      Resource: groups,
      Condition: own,
    },
    {
      Sid: "OpenNodes",
      Effect: "Allow",
      Action: ec2("AuthorizeSecurityGroupIngress", "RevokeSecurityGroupIngress"),
      Resource: groups,
      Condition: { StringEquals: { [`aws:ResourceTag/kubernetes.io/cluster/${prefix}`]: "owned" } },
    },
    {
      Sid: "MakeBalancers",
      Effect: "Allow",
      Action: elb("CreateLoadBalancer", "CreateTargetGroup"),
      Resource: balancers,
      Condition: asked,
    },
    {
      // Only while something is made: who may tag what is there could make it its own.
      Sid: "TagNewBalancers",
      Effect: "Allow",
      Action: elb("AddTags"),
      Resource: balancers,
      Condition: {
        StringEquals: {
          ...asked.StringEquals,
          "elasticloadbalancing:CreateAction": ["CreateLoadBalancer", "CreateTargetGroup", "CreateListener"],
        },
      },
    },
    {
      Sid: "ChangeOwnBalancers",
      Effect: "Allow",
      Action: elb(
        "AddTags",
        "CreateListener",
        "DeleteListener",
        "DeleteLoadBalancer",
        "DeleteTargetGroup",
        "DeregisterTargets",
        "ModifyCapacityReservation",
        "ModifyListener",
        "ModifyListenerAttributes",
        "ModifyLoadBalancerAttributes",
        "ModifyTargetGroup",
        "ModifyTargetGroupAttributes",
        "RegisterTargets",
        "RemoveTags",
        "SetIpAddressType",
        "SetSecurityGroups",
        "SetSubnets",
      ),
      Resource: balancers,
      Condition: own,
    },
  ];
}
